import * as tf from '@tensorflow/tfjs-core';
import { assertOptions } from '../options.js';
import { assertAboveZero, type Schedule } from '../schedule.js';
import { scalar } from '../tensors.js';

/**
 * α = α₀
 *
 * The same as a number, where a schedule is wanted, such as behind a `warmUp`.
 *
 * @throws ValueError if α₀ is not above 0.
 */
export function constant(options: { learningRate: number }): Schedule {
  assertOptions('constant', options, { learningRate: true });
  const { learningRate } = options;
  assertAboveZero('constant', { learningRate });
  return {
    name: 'constant',
    hyperparameters: { learningRate },
    at: (t) => tf.mul(tf.onesLike(t), scalar(learningRate)),
  };
}
