import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { RandomState } from '../core/random.js';
import { tensor64 } from '../float64/index.js';
import { largest, type Tolerance } from './compare.js';
import { type Gathered, type Kept, tryGather } from './gather.js';
import { isWhole } from './probes.js';
import type { Point, Subject, Tensors } from './subject.js';

/** Two right computations of one gradient lie within as many times what rounding does to one of them. */
const margin = 100;

/**
 * What of each gradient is rounding: how far it moves, by hand and by autodiff, where the numbers
 * that go in move by a few units of their last place. A gradient of 1e-12 that is one moves by 1e-26,
 * and one that is 0 but for rounding moves by all of itself.
 */
export function roundingOf(subject: Subject, here: Gathered, kept: Kept): Record<string, number> {
  const { point, hand, oracle } = here;
  const names = Object.keys(here.judged).map((name) => `d${name}`);
  const moves = Object.fromEntries(names.map((name) => [name, 0]));
  for (const seed of [1, 2]) {
    const there = tryGather(subject, besides(point, seed), kept);
    for (const name of names) {
      const ways: (readonly [Tensors, Tensors | undefined])[] = [
        [hand, there?.hand],
        [oracle, there?.oracle],
      ];
      for (const [at, beside] of ways) {
        moves[name] = Math.max(moves[name], furthest(at[name], beside?.[name]));
      }
    }
  }
  const all = Math.max(...names.map((name) => largest(oracle[name])));
  // Zeros do not move: then it is a few units of the last place of the largest gradient.
  for (const name of names) if (moves[name] === 0) moves[name] = (2 ** -50 * all) / margin;
  return moves;
}

/** The tolerance of a gradient of which that much is rounding, and never looser than by `most`. */
export const withRounding = (tolerance: Tolerance, rounding: number, most: number): Tolerance => ({
  ...tolerance,
  floor: Math.min(most, (margin * rounding) / tolerance.relative),
});

/** Whether the whole gradient is no more than rounding. */
export const isRounding = (gradient: Tensor | undefined, rounding: number) =>
  largest(gradient) <= margin * rounding;

function furthest(a: Tensor | undefined, b: Tensor | undefined): number {
  if (!a || !b || String(a.shape) !== String(b.shape)) return 0;
  const [from, to] = [a.dataSync(), b.dataSync()];
  let max = 0;
  for (let i = 0; i < from.length; i++) {
    const moved = Math.abs(from[i] - to[i]);
    if (moved > max) max = moved;
  }
  return max;
}

/** The point with every number moved by up to eight units of its last place. */
function besides({ params, X, ...others }: Point, seed: number): Point {
  const random = new RandomState(seed);
  const moved = (P: Tensor) => {
    const units = random.randint(-8, 9, P.size);
    const values = Float64Array.from(P.dataSync(), (v, i) => v * (1 + units[i] * 2 ** -52));
    return tensor64(values, P.shape);
  };
  return {
    ...others,
    params: Object.fromEntries(Object.entries(params).map(([name, P]) => [name, moved(P)])),
    X: isWhole(X) ? tf.clone(X) : moved(X),
  };
}
