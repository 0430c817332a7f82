import * as tf from '@tensorflow/tfjs-core';
import { assertOptions } from '../options.js';
import { assertAboveZero, type Schedule } from '../schedule.js';
import { scalar } from '../tensors.js';

/**
 * α = α₀ / (1 + k t / s)
 *
 * Source: Course 2, week 2, where t / s is the epoch number.
 */
export function inverseTimeDecay(options: {
  learningRate: number;
  decayRate: number;
  decaySteps?: number;
}): Schedule {
  assertOptions('inverseTimeDecay', options, {
    learningRate: true,
    decayRate: true,
    decaySteps: true,
  });
  const { learningRate, decayRate, decaySteps = 1 } = options;
  const hyperparameters = { learningRate, decayRate, decaySteps };
  assertAboveZero('inverseTimeDecay', hyperparameters);
  return {
    name: 'inverseTimeDecay',
    hyperparameters,
    at: (t) => tf.div(scalar(learningRate), tf.add(1, tf.mul(t, scalar(decayRate / decaySteps)))),
  };
}
