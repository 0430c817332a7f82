import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/errors.js';
import { disposeReplaced, type Params } from '../core/tensors.js';

/**
 * A pure step of training: new values for each of `values` (parameters and optimizer state, flat by
 * name), in the same shapes. It is called in a `tf.tidy`, and its operations depend on the shapes
 * only, never on what a tensor holds, and on nothing from outside: what changes from step to step is
 * one of the values. Xᵀ (m, n_x) comes along where it is at hand.
 */
export type Step = (values: Params, X: Tensor2D, Y: Tensor2D, XT?: Tensor2D) => Params;

/** A step that was recorded and proved. It holds memory until `dispose`. */
export interface Compiled {
  readonly engine: 'wasm' | 'native';
  /**
   * So many steps on the whole of X and Y. What comes in stays as it is; what comes out is new and
   * the caller's.
   *
   * @throws ShapeError where the values are not those that were recorded, by name and shape.
   */
  run(values: Params, iterations: number): Params;
  /**
   * A step for each batch, which is the column indices of its samples; batches may differ in size.
   * What comes in stays as it is; what comes out is new and the caller's.
   *
   * @throws ShapeError where the values are not those that were recorded, or an index is no column.
   */
  runBatches(values: Params, batches: readonly Int32Array[]): Params;
  /** Frees what the recording holds. The second time nothing happens. */
  dispose(): void;
}

/** Why a step is not compiled: one sentence. It goes no further than `compile`, which hands it on. */
export class Refusal extends Error {}

export const readsValues = () =>
  new Refusal('The step reads values back, so what it does may depend on them.');
export const runsInJavaScript = (kernel: string) =>
  new Refusal(
    `The kernel ${kernel} runs in JavaScript on this backend: there is no call to record.`,
  );

export const mapValues = <T, U>(record: Readonly<Record<string, T>>, f: (value: T) => U) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));

/** The names and shapes of values, for comparing and for messages. */
export const shapesOf = (values: Params): string =>
  Object.entries(values)
    .map(([name, { shape }]) => `${name} (${shape.join(', ')})`)
    .sort()
    .join(', ');

/** @throws ShapeError where an index is no column of X (n_x, m). */
export function checkBatch(batch: Int32Array, m: number): void {
  const wrong = batch.find((j) => !(j >= 0 && j < m));
  if (wrong === undefined && batch.length > 0) return;
  const what = wrong === undefined ? 'holds no sample' : `holds the index ${wrong}`;
  throw new ShapeError(`A batch ${what}; give indices from 0 to ${m - 1}.`);
}

/** A step for each of `inputs`, from the values on. The caller owns the new values. */
export function chain<T>(
  values: Params,
  inputs: readonly T[],
  next: (values: Params, input: T) => Params,
): Params {
  let current = mapValues(values, (P) => tf.clone(P)) as Params;
  for (const input of inputs) {
    const before = current;
    try {
      current = next(before, input);
    } finally {
      disposeReplaced(before, {});
    }
  }
  return current;
}
