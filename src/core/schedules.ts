import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from './errors.js';
import { assertOptions } from './options.js';
import { scalar } from './tensors.js';

/**
 * A learning rate α as a function of the step number t = 0, 1, 2, … (1, 1). t is an input of the
 * step, so a recorded step gets the right α on every replay. `at` consists of tensor operations and
 * returns α (1, 1); the caller owns it. Names follow Keras.
 *
 * Every function exported from this file returns a schedule.
 */
export interface Schedule {
  readonly name: string;
  /** Includes `learningRate`, the initial one. */
  readonly hyperparameters: Readonly<Record<string, number>>;
  at(t: Tensor2D): Tensor2D;
}

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

/**
 * α = α₀ k^(t / s)
 *
 * Source: Course 2, week 2.
 */
export function exponentialDecay(options: {
  learningRate: number;
  decayRate: number;
  decaySteps?: number;
}): Schedule {
  assertOptions('exponentialDecay', options, {
    learningRate: true,
    decayRate: true,
    decaySteps: true,
  });
  const { learningRate, decayRate, decaySteps = 1 } = options;
  const hyperparameters = { learningRate, decayRate, decaySteps };
  assertAboveZero('exponentialDecay', hyperparameters);
  return {
    name: 'exponentialDecay',
    hyperparameters,
    at: (t) =>
      tf.mul(scalar(learningRate), tf.exp(tf.mul(t, scalar(Math.log(decayRate) / decaySteps)))),
  };
}

/**
 * α = α₀ (1 + cos(π min(t, s) / s)) / 2
 *
 * Source: Loshchilov, Hutter, arXiv:1608.03983.
 */
export function cosineDecay(options: { learningRate: number; decaySteps: number }): Schedule {
  assertOptions('cosineDecay', options, { learningRate: true, decaySteps: true });
  const { learningRate, decaySteps } = options;
  const hyperparameters = { learningRate, decaySteps };
  assertAboveZero('cosineDecay', hyperparameters);
  return {
    name: 'cosineDecay',
    hyperparameters,
    at: (t) => {
      const angle = tf.mul(tf.minimum(t, scalar(decaySteps)), scalar(Math.PI / decaySteps));
      return tf.mul(scalar(learningRate / 2), tf.add(1, tf.cos(angle)));
    },
  };
}

/**
 * α = values[i], where i is the number of boundaries ≤ t: values[0] for t < boundaries[0], then
 * values[1], …
 *
 * @throws ValueError unless there is one more value than boundaries, and the boundaries increase.
 */
export function piecewiseConstant(options: {
  boundaries: readonly number[];
  values: readonly number[];
}): Schedule {
  assertOptions('piecewiseConstant', options, { boundaries: true, values: true });
  const { boundaries, values } = options;
  if (!Array.isArray(boundaries) || !Array.isArray(values)) {
    throw new ValueError('piecewiseConstant: give boundaries and values, a list of numbers each.');
  }
  if (values.length !== boundaries.length + 1) {
    throw new ValueError(
      `piecewiseConstant: ${values.length} values for ${boundaries.length} boundaries; give one value more than boundaries.`,
    );
  }
  const falling = boundaries.findIndex((boundary, i) => i > 0 && !(boundary > boundaries[i - 1]));
  if (falling >= 0) {
    throw new ValueError(
      `piecewiseConstant: the boundary ${boundaries[falling]} does not lie above the one before it, ${boundaries[falling - 1]}.`,
    );
  }
  const named = Object.fromEntries(
    values.map((value, i) => [i === 0 ? 'learningRate' : `learningRate${i}`, value]),
  );
  const at = Object.fromEntries(boundaries.map((boundary, i) => [`boundary${i + 1}`, boundary]));
  assertAboveZero('piecewiseConstant', { ...named, ...at });
  return {
    name: 'piecewiseConstant',
    hyperparameters: { ...named, ...at },
    at: (t) =>
      boundaries.reduce<Tensor2D>(
        (alpha, boundary, i) =>
          tf.where(
            tf.less(t, scalar(boundary)),
            alpha,
            tf.mul(tf.onesLike(t), scalar(values[i + 1])),
          ),
        tf.mul(tf.onesLike(t), scalar(values[0])),
      ),
  };
}

function assertAboveZero(schedule: string, numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new ValueError(`${schedule}: ${name} is ${value}; give a number above 0.`);
    }
  }
}
