import { paysInSampleSpace } from '../compiled/sampleSpace.js';
import { ValueError } from '../core/errors.js';
import { assertOptions } from '../core/options.js';
import type { BackendPreference } from '../runtime/backends.js';
import { paysInParts, workOf } from './inParts.js';

/** What is to be trained. */
export interface Work {
  /** n_x, n_1, …, n_L */
  readonly layers: readonly number[];
  readonly m: number;
  /** Default: m. */
  readonly batchSize?: number;
  /** How many steps there are. Default: many. */
  readonly steps?: number;
}

/** Multiply-adds of a step's largest product up to which WebAssembly's lower overhead wins. */
const maxForWasm = 2 ** 17;
/** The same, times the steps, up to which WebAssembly is done before native TensorFlow has started. */
const maxOfRunForWasm = 2 ** 32;
/** The same, up to which a second thread of an operation costs TensorFlow more time than it saves. */
const maxForOneThread = 2 ** 25;

/**
 * The fastest backend for training dense layers, by the products of a step. Use it as
 * `useBackend('auto', fittingBackend({ layers: [2, 4, 1], m: 400 }))`. Other layers are for
 * `{ first: 'native', operations: 2 }`. The measurements are in docs/decisions/compiled.md.
 *
 * @throws ValueError for an unknown option or an invalid size.
 */
export function fittingBackend(work: Work): BackendPreference {
  assertOptions('fittingBackend', work, {
    ...{ layers: true, m: true, batchSize: true, steps: true },
  });
  const { layers, m, batchSize = m, steps = Number.POSITIVE_INFINITY } = work;
  const sizes = [...(Array.isArray(layers) ? layers : []), m, batchSize, steps];
  if (sizes.length < 5 || !sizes.every((size) => size > 0)) {
    throw new ValueError(
      'fittingBackend: give layers, [n_x, n_1, …, n_L], and m, the number of samples: numbers above 0.',
    );
  }
  const [nX, n1] = layers;
  const isInSampleSpace = paysInSampleSpace(nX, n1, m);
  const inputs = [isInSampleSpace ? m + n1 : nX, ...layers.slice(1)];
  const samples = Math.min(batchSize, m);
  const weights = layers.slice(1).map((n, i) => n * inputs[i]);
  const largest = samples * Math.max(...weights);
  const longest = samples * Math.max(...weights.map((W, i) => workOf(W, layers[i + 1])));
  const isShort = !isInSampleSpace && largest * steps <= maxOfRunForWasm;
  return {
    first: largest <= maxForWasm || isShort ? 'wasm' : 'native',
    ...(largest <= maxForOneThread && { threads: 1 }),
    ...(paysInParts(longest) && !isInSampleSpace && { operations: 2 }),
  };
}
