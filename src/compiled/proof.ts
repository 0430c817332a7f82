import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { drawNoise } from '../core/noise.js';
import { RandomState } from '../core/random.js';
import type { Params } from '../core/tensors.js';
import { type Compiled, chain, countIn, mapValues, type Samples, type Step } from './step.js';

/** Whether a replayed value agrees with the plain one. `before` is the value before the step. */
export type Agreement = (replayed: Numbers, plain: Numbers, before: Numbers) => boolean;
type Numbers = ArrayLike<number>;

/** Bit for bit. All NaNs count as equal. */
export const toTheBit: Agreement = (replayed, plain) =>
  forAll(plain, (value, i) => Object.is(value, replayed[i]));

/**
 * Within float32 rounding: a thousandth of the step's largest change, plus a few units in the last
 * place of the largest value, plus one of the number 1. The last covers gradients whose terms
 * cancel, such as A - Y at the start, where only rounding is left.
 */
export const withinRounding: Agreement = (replayed, plain, before) => {
  let [change, size] = [0, 0];
  forAll(plain, (value, i) => {
    if (!Number.isFinite(value)) return true;
    size = Math.max(size, Math.abs(value));
    if (Number.isFinite(before[i])) change = Math.max(change, Math.abs(value - before[i]));
    return true;
  });
  const bound = 1e-3 * change + 1e-6 * size + 1e-7;
  return forAll(plain, (value, i) =>
    Number.isFinite(value) ? Math.abs(value - replayed[i]) <= bound : Object.is(value, replayed[i]),
  );
};

function forAll(numbers: Numbers, holds: (value: number, index: number) => boolean): boolean {
  for (let i = 0; i < numbers.length; i++) if (!holds(numbers[i], i)) return false;
  return true;
}

/**
 * One step without a recording, on all samples or a batch, with noise from `random`. The caller owns
 * the new values.
 */
export type PlainStep = (values: Params, batch?: Int32Array, random?: RandomState) => Params;

export const plainStep =
  (step: Step, samples: Samples): PlainStep =>
  (values, batch, random = new RandomState(1)) =>
    tf.tidy(() => {
      const { X, Y, axes, noise } = samples;
      const take = (M: Tensor, axis: number) =>
        batch ? tf.gather(M, tf.tensor1d(batch, 'int32'), axis) : M;
      const draws = drawNoise(noise, batch?.length ?? countIn(samples), random);
      const next = step(values, take(X, axes.X), take(Y, axes.Y), undefined, draws);
      // Clone, because the step may pass a value through: results are always new tensors.
      return mapValues(next, (P) => tf.clone(P));
    });

/** One step for each batch, undefined meaning all samples. The caller owns the new values. */
export const plainly = (
  values: Params,
  batches: readonly (Int32Array | undefined)[],
  plain: PlainStep,
  random?: RandomState,
): Params => {
  const draws = random ?? new RandomState(1);
  return chain(values, batches, (P, batch) => plain(P, batch, draws));
};

/** The first value that differs between plain and replayed steps on all of X and Y, if any. */
export function differenceOnWhole(
  compiled: Compiled,
  plain: PlainStep,
  values: Params,
  agree: Agreement,
): string | undefined {
  const steps = (n: number) => (P: Params) => ({
    replayed: compiled.run(P, n, new RandomState(n)),
    plain: plainly(P, new Array(n).fill(undefined), plain, new RandomState(n)),
  });
  return differs(values, agree, [steps(1), steps(2)]);
}

/**
 * The same for batches of one size out of m samples: the first ones, and the last ones reversed.
 */
export function differenceOnBatches(
  compiled: Compiled,
  plain: PlainStep,
  values: Params,
  { m, size }: { m: number; size: number },
  agree: Agreement,
): string | undefined {
  const first = Int32Array.from({ length: size }, (_, j) => j);
  const last = Int32Array.from({ length: size }, (_, j) => m - 1 - j);
  const of = (batches: readonly Int32Array[]) => (P: Params) => ({
    replayed: compiled.runBatches(P, batches, new RandomState(size)),
    plain: plainly(P, batches, plain, new RandomState(size)),
  });
  return differs(values, agree, [of([first]), of([last, first])]);
}

/**
 * Runs each trial from the given values and from larger ones, so no zero gradient hides a mistake.
 * A value that is zero throughout becomes 0.001: where Adam's moments are zero, a step is the sign of
 * the gradient, and that of a gradient which is rounding alone agrees with no other.
 */
function differs(
  values: Params,
  agree: Agreement,
  trials: readonly ((values: Params) => { replayed: Params; plain: Params })[],
): string | undefined {
  const from = (start: Params) =>
    trials
      .map((trial) => {
        const { replayed, plain } = trial(start);
        const [a, b, before] = [replayed, plain, start].map(read);
        return Object.keys(b).find((name) => !agree(a[name], b[name], before[name]));
      })
      .find((name) => name !== undefined);
  return tf.tidy(() => {
    const start = mapValues(values, (P) => (isZero(P) ? tf.add(P, 1e-3) : P));
    return from(start) ?? from(mapValues(start, (P) => tf.mul(P, 1.25)));
  });
}

const isZero = (P: Tensor) => forAll(P.dataSync(), (value) => value === 0);

const read = (values: Params) => mapValues(values, (P) => P.dataSync());
