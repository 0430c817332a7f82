import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { drawNoise } from '../core/noise.js';
import { RandomState } from '../core/random.js';
import { type Params, tensor } from '../core/tensors.js';
import { type Compiled, chain, countIn, mapValues, type Samples, type Step } from './step.js';

/**
 * Whether a replayed value agrees with the plain one. `before` is the value before the step. `near`
 * are plain values of steps that start a unit in the last place beside it: computed on first use.
 */
export type Agreement = (
  replayed: Numbers,
  plain: Numbers,
  before: Numbers,
  near?: () => readonly Numbers[],
) => boolean;
type Numbers = ArrayLike<number>;

/** Bit for bit. All NaNs count as equal. */
export const toTheBit: Agreement = (replayed, plain) =>
  forAll(plain, (value, i) => Object.is(value, replayed[i]));

/**
 * Within float32 rounding: a thousandth of the step's largest change, plus a few units in the last
 * place of the largest value, plus one of the number 1. The last covers gradients whose terms
 * cancel, such as A - Y at the start, where only rounding is left.
 *
 * An optimizer that divides by the size of the gradient, such as Adam, makes whole steps of what is
 * left: of a bias before batch normalization, whose gradient is 0, or of a key's bias. So a value
 * that is beyond the bound may also be off by four times as much as rounding moves the plain one.
 */
export const withinRounding: Agreement = (replayed, plain, before, near = () => []) => {
  const bound = 1e-3 * farthest(plain, before) + 1e-6 * largest(plain) + 1e-7;
  const isWithin = (bound: number) =>
    forAll(plain, (value, i) =>
      Number.isFinite(value)
        ? Math.abs(value - replayed[i]) <= bound
        : Object.is(value, replayed[i]),
    );
  return isWithin(bound) || isWithin(bound + 4 * spread(plain, near()));
};

const spread = (plain: Numbers, near: readonly Numbers[]) =>
  near.reduce((most, other) => Math.max(most, farthest(plain, other)), 0);

function farthest(a: Numbers, b: Numbers): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const distance = Math.abs(a[i] - b[i]);
    if (Number.isFinite(distance)) most = Math.max(most, distance);
  }
  return most;
}

const largest = (a: Numbers) => farthest(a, new Float32Array(a.length));

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
  const steps = (n: number): Trial => ({
    replayed: (P) => compiled.run(P, n, new RandomState(n)),
    plain: (P) => plainly(P, new Array(n).fill(undefined), plain, new RandomState(n)),
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
  const of = (batches: readonly Int32Array[]): Trial => ({
    replayed: (P) => compiled.runBatches(P, batches, new RandomState(size)),
    plain: (P) => plainly(P, batches, plain, new RandomState(size)),
  });
  return differs(values, agree, [of([first]), of([last, first])]);
}

/** The same steps twice. */
type Trial = Readonly<Record<'replayed' | 'plain', (values: Params) => Params>>;

/**
 * One step from the given values, and two from larger ones, so that no zero gradient hides a mistake
 * and the second step starts where the first one ended.
 */
function differs(values: Params, agree: Agreement, [one, two]: readonly Trial[]) {
  const from = (start: Params, { replayed, plain }: Trial) => {
    const [a, b, before] = [replayed(start), plain(start), start].map(read);
    const differing = (a: typeof b, near?: (name: string) => Numbers[]) =>
      Object.keys(b).find(
        (name) => !agree(a[name], b[name], before[name], near && (() => near(name))),
      );
    let near: (typeof b)[] | undefined;
    return differing(a, (name) => {
      // A step that gives something else the second time is not off by rounding.
      near ??= differing(read(plain(start))) ? [] : nearby(plain, start);
      return near.map((values) => values[name]);
    });
  };
  return tf.tidy(() => {
    const larger = () => mapValues(values, (P) => tf.mul(P, 1.25)) as Params;
    return from(values, one) ?? from(larger(), two);
  });
}

/** What the plain steps give if the last bits of the values are others, three times at random. */
const nearby = (plain: Trial['plain'], values: Params) =>
  [1, 2, 3].map((seed) => {
    const random = new RandomState(seed);
    const nudged = mapValues(values, (P) => {
      const factors = random.rand(P.size).map((u) => 1 + (u - 0.5) * 2 ** -21);
      return tf.mul(P, tensor(factors, P.shape));
    });
    return read(plain(nudged));
  });

const read = (values: Params) => mapValues(values, (P) => P.dataSync());
