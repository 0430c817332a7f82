import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from './errors.js';
import { remembered } from './optimizer.js';
import type { Schedule } from './schedule.js';
import { matrix, type Params, scalar } from './tensors.js';

/**
 * A rule's learning rate: its state, t (1, 1), and α () at t, which is a factor for any shape.
 *
 * α = at(t), and on a plateau max(at(t) · factor, minLearningRate), but never above at(t). The
 * factor (1, 1) is part of the state and stays as it is: whoever trains changes it between steps.
 *
 * @throws ValueError if it is neither a number above 0 nor a schedule.
 */
export function rateOf(rule: string, learningRate: number | Schedule) {
  if (typeof learningRate === 'object' && typeof learningRate?.at === 'function') {
    const schedule = learningRate;
    const { plateau, hyperparameters } = schedule;
    const reduced = (alpha: Tensor, state: Params): Tensor => {
      if (!plateau) return alpha;
      const least = tf.minimum(alpha, scalar(plateau.minLearningRate));
      return tf.maximum(tf.mul(alpha, remembered(rule, state, 'factor')), least);
    };
    return {
      hyperparameters,
      declared: { schedule },
      start: (): Params => ({
        t: matrix([0], [1, 1]),
        ...(plateau && { factor: matrix([1], [1, 1]) }),
      }),
      at: (state: Params) =>
        tf.reshape(reduced(schedule.at(remembered(rule, state, 't')), state), []),
      next: ({ t, factor }: Params): Params => ({
        t: tf.add(t, 1),
        ...(plateau && { factor: tf.clone(factor) }),
      }),
    };
  }
  if (typeof learningRate !== 'number' || !(learningRate > 0 && learningRate < Infinity)) {
    throw new ValueError(`${rule}: the learning rate is ${learningRate}; give a number above 0.`);
  }
  return {
    hyperparameters: { learningRate },
    declared: {} as { readonly schedule?: Schedule },
    start: (): Params => ({}),
    at: () => scalar(learningRate),
    next: (): Params => ({}),
  };
}
