import * as tf from '@tensorflow/tfjs-core';
import { type BackendName, type BackendVersions, useBackend } from './backends.js';
import { BackendUnavailable, firstLine } from './unavailable.js';

export type Probe =
  | ({ readonly works: true } & BackendVersions)
  | { readonly works: false; readonly why: string; readonly cure?: string };

/** Starts a backend in this process and has it multiply two matrices whose product is known. */
export async function probe(name: BackendName): Promise<Probe> {
  try {
    const { versions } = await useBackend(name);
    // [[1, 2, 3], [4, 5, 6]] [[1, 2], [3, 4], [5, 6]] = [[22, 28], [49, 64]]
    const product = tf.tidy(() =>
      tf.matMul(tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]), tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2])),
    );
    const numbers = Array.from(await product.data()).join(', ');
    product.dispose();
    if (numbers === '22, 28, 49, 64') return { works: true, ...versions };
    return { works: false, why: `It multiplies wrongly: ${numbers}, not 22, 28, 49, 64.` };
  } catch (error) {
    if (error instanceof BackendUnavailable) {
      return { works: false, why: error.why, cure: error.cure };
    }
    return { works: false, why: firstLine(error) };
  }
}
