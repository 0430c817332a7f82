import * as tf from '@tensorflow/tfjs-core';
import { assertOptions } from '../options.js';
import { type PlateauOptions, plateauOf } from '../plateau.js';
import { assertAboveZero, assertLeast, type Schedule } from '../schedule.js';
import { scalar } from '../tensors.js';

/**
 * α = max(α₀ · f^k, minLearningRate)
 *
 * where k counts how often what is monitored stood still for `patience` epochs. k is not known from
 * t: whoever trains keeps f^k as the `factor` of the optimizer's state, by `nextPlateau`. Where
 * nobody does, α stays α₀. Source: Keras's ReduceLROnPlateau.
 *
 * @throws ValueError naming an option that does not fit.
 */
export function reduceOnPlateau(options: { learningRate: number } & PlateauOptions): Schedule {
  assertOptions<{ learningRate: number } & PlateauOptions>('reduceOnPlateau', options, {
    ...{ learningRate: true, factor: true, patience: true, minDelta: true, cooldown: true },
    ...{ minLearningRate: true, monitor: true, mode: true },
  });
  const { learningRate, ...rest } = options;
  assertAboveZero('reduceOnPlateau', { learningRate });
  const plateau = plateauOf('reduceOnPlateau', rest);
  assertLeast('reduceOnPlateau', plateau.minLearningRate, learningRate);
  return {
    name: 'reduceOnPlateau',
    hyperparameters: { learningRate, ...plateau },
    plateau,
    at: (t) => tf.mul(tf.onesLike(t), scalar(learningRate)),
  };
}
