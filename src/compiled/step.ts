import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { HandgradError, ShapeError } from '../core/errors.js';
import type { NoiseShapes } from '../core/noise.js';
import type { RandomState } from '../core/random.js';
import { disposeReplaced, type Params } from '../core/tensors.js';

/**
 * A pure training step: returns a new value for each of `values` (parameters and optimizer state in
 * one flat record), in the same shapes. Called inside a `tf.tidy`. Its operations may depend only
 * on shapes, never on tensor contents or outside state: anything that changes from step to step is
 * one of the values, or of the uniform draws in `noise`. Xᵀ (m, n_x) is passed if available.
 */
export type Step = (values: Params, X: Tensor, Y: Tensor, XT?: Tensor, noise?: Params) => Params;

/** What a step runs on. */
export interface Samples {
  readonly X: Tensor;
  readonly Y: Tensor;
  /** The axes along which the samples lie: 1 in a matrix (n, m), 0 in (m, …). */
  readonly axes: { readonly X: 0 | 1; readonly Y: 0 | 1 };
  /** The draws that each step needs, by their shapes for one sample. */
  readonly noise: NoiseShapes;
  /** How many steps are to come. Default: few. */
  readonly steps?: number;
}

export const countIn = ({ X, axes }: Samples): number => X.shape[axes.X]!;

/** A step that was recorded and verified. It holds memory until `dispose`. */
export interface Compiled {
  /** `xla` is native TensorFlow with steps that XLA has compiled. */
  readonly engine: 'wasm' | 'native' | 'xla';
  /**
   * Runs `iterations` steps on all of X and Y. Each draws its noise from `random`, seed 1 by default. Inputs are left unchanged; outputs are new, and the
   * caller owns them.
   *
   * @throws ShapeError if names or shapes differ from the recorded ones.
   */
  run(values: Params, iterations: number, random?: RandomState): Params;
  /**
   * Runs one step per batch, given as the indices of its samples; sizes may differ. Inputs
   * are left unchanged; outputs are new, and the caller owns them.
   *
   * @throws ShapeError if names or shapes differ from the recorded ones, or an index is out of
   *   range.
   */
  runBatches(values: Params, batches: readonly Int32Array[], random?: RandomState): Params;
  /**
   * Other samples for the next `runBatches`, of the same shapes but for their number. The caller
   * owns them, and keeps them until others are given.
   */
  use(X: Tensor, Y: Tensor): void;
  /** Frees the recording. Calling it again does nothing. */
  dispose(): void;
}

/**
 * Why a step is not compiled, in one sentence. `compile` catches it and returns the reason. Layers
 * let errors of handgrad through as they are.
 */
export class Refusal extends HandgradError {}

export const readsValues = () =>
  new Refusal('The step reads values back, so what it does may depend on them.');
export const runsInJavaScript = (kernel: string) =>
  new Refusal(
    `The kernel ${kernel} runs in JavaScript on this backend: there is no call to record.`,
  );

export const mapValues = <T, U>(record: Readonly<Record<string, T>>, f: (value: T) => U) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));

/** The names and shapes of values, for comparisons and messages. */
export const shapesOf = (values: Params): string =>
  Object.entries(values)
    .map(([name, { shape }]) => `${name} (${shape.join(', ')})`)
    .sort()
    .join(', ');

/** @throws ShapeError if an index is not that of one of m samples. */
export function checkBatch(batch: Int32Array, m: number): void {
  const wrong = batch.find((j) => !(j >= 0 && j < m));
  if (wrong === undefined && batch.length > 0) return;
  const what = wrong === undefined ? 'holds no sample' : `holds the index ${wrong}`;
  throw new ShapeError(`A batch ${what}; give indices from 0 to ${m - 1}.`);
}

/** Runs a step for each of `inputs`, starting from `values`. The caller owns the new values. */
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

/** Our own copy with one sample per row. */
export const inRows = (M: Tensor, axis: 0 | 1): Tensor =>
  tf.keep(axis === 1 ? tf.transpose(M) : tf.clone(M));
