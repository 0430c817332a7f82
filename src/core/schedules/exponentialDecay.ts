import * as tf from '@tensorflow/tfjs-core';
import { assertOptions, assertSwitches } from '../options.js';
import { assertAboveZero, type Schedule } from '../schedule.js';
import { scalar } from '../tensors.js';

/**
 * α = α₀ k^(t / s), with t / s rounded down if `staircase`
 *
 * Source: Course 2, week 2.
 *
 * @throws ValueError if a number is not above 0, or staircase not true or false.
 */
export function exponentialDecay(options: {
  learningRate: number;
  decayRate: number;
  decaySteps?: number;
  /** Default: false. */
  staircase?: boolean;
}): Schedule {
  assertOptions('exponentialDecay', options, {
    ...{ learningRate: true, decayRate: true, decaySteps: true, staircase: true },
  });
  const { learningRate, decayRate, decaySteps = 1, staircase = false } = options;
  const hyperparameters = { learningRate, decayRate, decaySteps };
  assertAboveZero('exponentialDecay', hyperparameters);
  assertSwitches('exponentialDecay', { staircase });
  if (staircase) return { ...stepDecay(hyperparameters), name: 'exponentialDecay, staircase' };
  return {
    name: 'exponentialDecay',
    hyperparameters,
    at: (t) =>
      tf.mul(scalar(learningRate), tf.exp(tf.mul(t, scalar(Math.log(decayRate) / decaySteps)))),
  };
}

/**
 * α = α₀ k^⌊t / s⌋: times k after every s steps
 *
 * Source: Course 2, week 2, the discrete staircase; PyTorch's StepLR.
 *
 * @throws ValueError if a number is not above 0.
 */
export function stepDecay(options: {
  learningRate: number;
  decayRate: number;
  decaySteps: number;
}): Schedule {
  assertOptions('stepDecay', options, { learningRate: true, decayRate: true, decaySteps: true });
  const { learningRate, decayRate, decaySteps } = options;
  const hyperparameters = { learningRate, decayRate, decaySteps };
  assertAboveZero('stepDecay', hyperparameters);
  return {
    name: 'stepDecay',
    hyperparameters,
    at: (t) => {
      const stairs = tf.floor(tf.div(t, scalar(decaySteps))); // (1, 1)
      return tf.mul(scalar(learningRate), tf.exp(tf.mul(stairs, scalar(Math.log(decayRate)))));
    },
  };
}
