import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from '../errors.js';
import { assertOptions } from '../options.js';
import { assertAboveZero, type Schedule } from '../schedule.js';
import { scalar } from '../tensors.js';

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
