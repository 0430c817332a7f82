import * as tf from '@tensorflow/tfjs-core';
import { mapParams, type Optimizer, type Update } from '../optimizer.js';
import { assertOptions } from '../options.js';
import { pure } from '../pure.js';
import { rateOf } from '../rate.js';
import type { Schedule } from '../schedule.js';

/**
 * W := W - α dW
 * b := b - α db
 *
 * α is the learning rate, a number or a schedule. Source: Course 1, week 2.
 *
 * @throws ValueError if the learning rate is neither a number above 0 nor a schedule.
 */
export function gradientDescent(options: { learningRate: number | Schedule }): Optimizer {
  assertOptions('gradientDescent', options, { learningRate: true });
  const rate = rateOf('gradientDescent', options.learningRate);
  return {
    name: 'gradientDescent',
    hyperparameters: rate.hyperparameters,
    ...rate.declared,
    linear: true,
    start: () => rate.start(),
    update: pure<Update>((params, grads, state) => {
      const alpha = rate.at(state); // ()
      return {
        params: mapParams(params, grads, (P, dP) => tf.sub(P, tf.mul(alpha, dP))),
        state: rate.next(state),
      };
    }),
  };
}
