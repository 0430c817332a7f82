import * as tf from '@tensorflow/tfjs-core';
import { assertOptions } from '../options.js';
import { assertAboveZero, assertLeast, type Schedule } from '../schedule.js';
import { scalar } from '../tensors.js';

/**
 * α = α₁ + (α₀ - α₁) (1 + cos(π min(t, s) / s)) / 2
 *
 * from α₀ = learningRate to α₁ = minLearningRate, where it stays. With a rise before it:
 * `warmUp(cosineDecay(…), { steps })`. PyTorch's eta_min is α₁, Keras's alpha α₁/α₀.
 * Source: Loshchilov, Hutter, arXiv:1608.03983.
 *
 * @throws ValueError if a number is not above 0, or α₁ not from 0 to α₀.
 */
export function cosineDecay(options: {
  learningRate: number;
  decaySteps: number;
  /** Default: 0. */
  minLearningRate?: number;
}): Schedule {
  assertOptions('cosineDecay', options, {
    ...{ learningRate: true, decaySteps: true, minLearningRate: true },
  });
  const { learningRate, decaySteps, minLearningRate = 0 } = options;
  const hyperparameters = { learningRate, decaySteps };
  assertAboveZero('cosineDecay', hyperparameters);
  assertLeast('cosineDecay', minLearningRate, learningRate);
  return {
    name: 'cosineDecay',
    hyperparameters: { ...hyperparameters, minLearningRate },
    at: (t) => {
      const angle = tf.mul(tf.minimum(t, scalar(decaySteps)), scalar(Math.PI / decaySteps));
      const half = scalar((learningRate - minLearningRate) / 2);
      return tf.add(tf.mul(half, tf.add(1, tf.cos(angle))), scalar(minLearningRate)); // (1, 1)
    },
  };
}
