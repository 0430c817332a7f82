import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { softmax } from './activations.js';
import { ValueError } from './errors.js';
import { classAxis, type LossOfTerms, outputsOf, perSample } from './loss.js';
import { assertOptions } from './options.js';

/** Labels less certain by a share, so that no output is driven to 0 or 1. */
export interface SmoothingOptions {
  /** From 0 to below 1. Default: 0. */
  readonly labelSmoothing?: number;
}

/** Labels as probabilities in the shape of the output. */
type Target = (Y: Tensor, AL: Tensor) => Tensor;

/**
 * Y (1 - a) + a/n for n outcomes, for the share a of labelSmoothing. Source: Szegedy et al.,
 * arXiv:1512.00567.
 *
 * @throws ValueError if a is not from 0 to below 1.
 */
export function smoothing(
  name: string,
  options: SmoothingOptions,
  outcomes: (AL: Tensor) => number,
): Target {
  assertOptions(name, options, { labelSmoothing: true });
  const { labelSmoothing: a = 0 } = options;
  if (!(a >= 0 && a < 1)) {
    throw new ValueError(`${name}: labelSmoothing is ${a}; give a share from 0 to below 1.`);
  }
  return (Y, AL) => (a === 0 ? Y : tf.add(tf.mul(Y, 1 - a), a / outcomes(AL)));
}

/** Classes (1, m) as one-hot columns (n_y, m); those of positions (m, …) as (m, …, n_y). */
export function oneHot(Y: Tensor, AL: Tensor): Tensor {
  // Of integers, and then cast: WASM fills a one-hot of floats with the bits of an integer.
  const rows = (classes: Tensor) =>
    tf.cast(tf.oneHot(classes as tf.Tensor1D, outputsOf(AL)), 'float32');
  const classes = tf.cast(Y, 'int32');
  if (AL.rank > 2) return rows(classes); // (m, …, n_y)
  return tf.transpose(rows(tf.reshape(classes, [-1]))); // (n_y, m)
}

/** The cross-entropy of a distribution, alone and behind a softmax: the equations are in losses.ts. */
export const crossEntropy = (name: string, target: Target): LossOfTerms => ({
  name,
  takes: 'distribution',
  terms: (AL, Y) => tf.neg(tf.mul(target(Y, AL), tf.log(AL))), // (n_y, m)
  backward: (AL, Y) => perSample(tf.neg(tf.div(target(Y, AL), AL))),
  fused: {
    activation: softmax,
    terms: (ZL, Y) => {
      const axis = classAxis(ZL);
      const logSumExp = tf.logSumExp(ZL, axis, true); // (1, m)
      const meant = tf.sum(tf.mul(target(Y, ZL), ZL), axis, true); // (1, m)
      return tf.sub(logSumExp, meant); // (1, m)
    },
    backward: (AL, Y) => perSample(tf.sub(AL, target(Y, AL))),
  },
});
