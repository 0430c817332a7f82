import * as tf from '@tensorflow/tfjs-core';
import { drawsOf } from '../draws.js';
import { ValueError } from '../errors.js';
import { type Layer, pureLayer, type Shape } from '../layer.js';
import { assertOptions } from '../options.js';

export interface GaussianNoiseOptions {
  /** The standard deviation of the noise. */
  readonly stddev: number;
}

/** Below it the logarithm of a draw would be infinite. */
const smallest = 2 ** -54;

/**
 * Training, with U and V uniform in [0, 1), two draws for each value:
 *
 * N = √(-2 log(1 - U)) ∘ cos(2π V), a standard normal draw
 * Y = X + stddev N
 * dX = dY
 *
 * All in the shape of X. Predicting is the identity. `gaussianNoise(0.1)` is short for
 * `gaussianNoise({ stddev: 0.1 })`.
 *
 * Source: Box, Muller, Ann. Math. Statist. 29 (1958).
 *
 * @throws ValueError if stddev is not a number from 0; ShapeError from forward, if it trains without
 *   U and V.
 */
export function gaussianNoise(first: number | GaussianNoiseOptions): Layer {
  const options = typeof first === 'number' ? { stddev: first } : first;
  assertOptions('gaussianNoise', options, { stddev: true });
  const { stddev } = options;
  if (!(stddev >= 0 && Number.isFinite(stddev))) {
    throw new ValueError(`gaussianNoise: stddev is ${stddev}; give a number from 0, such as 0.1.`);
  }
  const layer: Layer<object> = {
    kind: 'gaussianNoise',
    config: { stddev },
    output: (input) => input,
    parameters: () => ({}),
    ...(stddev > 0 && { noise: (input: Shape) => ({ U: input, V: input }) }),
    forward: (X, { training, noise }) => {
      if (!training || stddev === 0) return { Y: X, cache: {} };
      const { U, V } = drawsOf('gaussianNoise', X, noise, ['U', 'V']);
      const radius = tf.sqrt(tf.mul(-2, tf.log(tf.maximum(tf.sub(1, U), smallest)))); // as X
      const N = tf.mul(radius, tf.cos(tf.mul(2 * Math.PI, V))); // as X
      return { Y: tf.add(X, tf.mul(stddev, N)), cache: {} };
    },
    backward: (dY) => ({ dX: () => dY, grads: {} }),
  };
  return pureLayer(layer) as Layer;
}
