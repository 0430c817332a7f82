import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { drawsOf } from '../draws.js';
import { ValueError } from '../errors.js';
import { type Layer, pureLayer, type Shape } from '../layer.js';
import { assertOptions } from '../options.js';

export interface DropoutOptions {
  /** The share of values to leave out, as in Keras. */
  readonly rate?: number;
  /** In its place, the share to keep, as in Course 2. */
  readonly keepProb?: number;
}

/** What is kept, and how much larger; none when predicting. */
interface Mask {
  readonly D?: Tensor;
}

/**
 * Inverted dropout. Training, with U uniform in [0, 1):
 *
 * D = (U < keepProb) / keepProb
 * Y = X ∘ D
 * dX = dY ∘ D
 *
 * All in the shape of X. Dividing by keepProb leaves the expected value as it is, so predicting is
 * the identity: Y = X, dX = dY.
 *
 * `dropout(0.2)` is short for `dropout({ rate: 0.2 })`, and is `dropout({ keepProb: 0.8 })`.
 *
 * Source: Course 2, week 1; Srivastava et al., JMLR 15 (2014).
 *
 * @throws ValueError unless one of rate and keepProb is given, with 0 ≤ rate < 1, 0 < keepProb ≤ 1;
 *   ShapeError from forward, if it trains without U.
 */
export function dropout(first: number | DropoutOptions): Layer {
  const options = typeof first === 'number' ? { rate: first } : first;
  assertOptions<DropoutOptions>('dropout', options, { rate: true, keepProb: true });
  const keepProb = keptBy(options);
  const isOff = keepProb === 1;
  const layer: Layer<Mask> = {
    kind: 'dropout',
    config: { ...options },
    output: (input) => input,
    parameters: () => ({}),
    ...(!isOff && { noise: (input: Shape) => ({ U: input }) }),
    forward: (X, { training, noise }) => {
      if (!training || isOff) return { Y: X, cache: {} };
      const { U } = drawsOf('dropout', X, noise, ['U']);
      const D = tf.div(tf.cast(tf.less(U, keepProb), 'float32'), keepProb); // as X
      return { Y: tf.mul(X, D), cache: { D } };
    },
    backward: (dY, _, { D }) => ({ dX: () => (D ? tf.mul(dY, D) : dY), grads: {} }),
  };
  return pureLayer(layer) as Layer;
}

function keptBy({ rate, keepProb }: DropoutOptions): number {
  if (rate === undefined && keepProb === undefined) {
    throw new ValueError(
      'dropout: neither rate nor keepProb is given; give one, as in { rate: 0.2 }.',
    );
  }
  if (rate !== undefined && keepProb !== undefined) {
    throw new ValueError(
      'dropout: rate and keepProb are both given; give one, as in { rate: 0.2 }.',
    );
  }
  if (rate !== undefined && !(rate >= 0 && rate < 1)) {
    throw new ValueError(`dropout: rate is ${rate}; give a share to leave out, from 0 to below 1.`);
  }
  if (keepProb !== undefined && !(keepProb > 0 && keepProb <= 1)) {
    throw new ValueError(
      `dropout: keepProb is ${keepProb}; give a share to keep, above 0 and up to 1.`,
    );
  }
  return keepProb ?? 1 - rate!;
}
