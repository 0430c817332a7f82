import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { drawNoise } from '../core/noise.js';
import { RandomState } from '../core/random.js';
import type { Params } from '../core/tensors.js';
import { type Compiled, chain, countIn, mapValues, type Samples, type Step } from './step.js';

/**
 * Whether a replayed value agrees with the plain one. `before` is the value before the step, and
 * `wobble` how far the plain one moves if what it starts from is rounded otherwise.
 */
export type Agreement = (
  replayed: Numbers,
  plain: Numbers,
  before: Numbers,
  wobble?: Numbers,
) => boolean;
type Numbers = ArrayLike<number>;

/** Bit for bit. All NaNs count as equal. */
export const toTheBit: Agreement = (replayed, plain) =>
  forAll(plain, (value, i) => Object.is(value, replayed[i]));

/**
 * Within float32 rounding: a thousandth of the step's largest change, plus a few units in the last
 * place of the largest value, plus one of the number 1. The last covers gradients whose terms
 * cancel, such as A - Y at the start, where only rounding is left. Adam divides such a gradient by
 * its own size: what is left there moves as far as any other, so it counts how far plain steps do.
 */
export const withinRounding: Agreement = (replayed, plain, before, wobble) => {
  let [change, size] = [0, 0];
  forAll(plain, (value, i) => {
    if (!Number.isFinite(value)) return true;
    size = Math.max(size, Math.abs(value));
    if (Number.isFinite(before[i])) change = Math.max(change, Math.abs(value - before[i]));
    return true;
  });
  const bound = 1e-3 * change + 1e-6 * size + 1e-7;
  return forAll(plain, (value, i) => {
    if (!Number.isFinite(value)) return Object.is(value, replayed[i]);
    const difference = Math.abs(value - replayed[i]);
    return difference <= bound + 2 * (wobble?.[i] ?? 0);
  });
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

/** The same steps, replayed and plain. */
interface Trial {
  replayed(values: Params): Params;
  plain(values: Params): Params;
}

/**
 * Runs each trial from the given values and from larger ones, so no zero gradient hides a mistake.
 */
function differs(values: Params, agree: Agreement, trials: readonly Trial[]): string | undefined {
  const from = (start: Params) =>
    trials
      .map((trial) => {
        const [a, b, before] = [trial.replayed(start), trial.plain(start), start].map(read);
        const difference = (wobble?: Read) =>
          Object.keys(b).find((name) => !agree(a[name], b[name], before[name], wobble?.[name]));
        return difference() && difference(wobbleOf(trial, start, b));
      })
      .find((name) => name !== undefined);
  return tf.tidy(() => from(values) ?? from(mapValues(values, (P) => tf.mul(P, 1.25))));
}

/** How far each number moves, at most, when a plain step starts from values off by a millionth. */
function wobbleOf({ plain }: Trial, start: Params, here: Read): Read {
  const moves = [1, 2, 3, 4].map((seed) => {
    const nudged = (P: Tensor) =>
      tf.mul(P, tf.randomUniform(P.shape, 1 - 1e-6, 1 + 1e-6, 'float32', seed));
    const there = read(plain(mapValues(start, nudged)));
    return (name: string, i: number) => Math.abs(there[name][i] - here[name][i]);
  });
  return Object.fromEntries(
    Object.entries(here).map(([name, { length }]) => [
      name,
      Float32Array.from({ length }, (_, i) => Math.max(...moves.map((move) => move(name, i)))),
    ]),
  );
}

type Read = Readonly<Record<string, Numbers>>;

const read = (values: Params): Read => mapValues(values, (P) => P.dataSync<'float32'>());
