import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type Activation, type Output, sigmoid, softmax } from './activations.js';

/**
 * The cost J of the output AL (n_y, m) against the labels Y (n_y, m): a scalar, the mean over the m
 * samples. `backward` returns dAL (n_y, m) per sample, that is, m times dJ/dAL. The caller owns the
 * results.
 *
 * Every value exported from this file is a loss.
 */
export interface Loss {
  readonly name: string;
  /** The kind of output it accepts; a loss that takes numbers accepts every kind. */
  readonly takes: Output;
  forward(AL: Tensor2D, Y: Tensor2D): Scalar;
  backward(AL: Tensor2D, Y: Tensor2D): Tensor2D;
  /**
   * The loss and its output activation as one function of ZL. This avoids the logarithm of a
   * probability that rounded to 0, and the division in dZL.
   */
  readonly fused?: {
    readonly activation: Activation;
    forward(ZL: Tensor2D, Y: Tensor2D): Scalar;
    backward(AL: Tensor2D, Y: Tensor2D): Tensor2D;
  };
}

/**
 * J = -1/m Σ (Y log AL + (1 - Y) log(1 - AL))
 * dAL = (1 - Y)/(1 - AL) - Y/AL
 *
 * with a sigmoid output:
 * J = 1/m Σ (log(1 + e^ZL) - Y ZL)
 * dZL = AL - Y
 *
 * For labels from 0 to 1, as in Keras and PyTorch. Source: Course 1, week 2.
 */
export const binaryCrossEntropy: Loss = {
  name: 'binaryCrossEntropy',
  takes: 'probability',
  forward: (AL, Y) => {
    const likelihood = tf.add(
      tf.mul(Y, tf.log(AL)),
      tf.mul(tf.sub(1, Y), tf.log(tf.sub(1, AL))),
    ) as Tensor2D; // (n_y, m)
    return tf.neg(meanOverSamples(likelihood));
  },
  backward: (AL, Y) => tf.sub(tf.div(tf.sub(1, Y), tf.sub(1, AL)), tf.div(Y, AL)),
  fused: {
    activation: sigmoid,
    forward: (ZL, Y) => meanOverSamples(tf.sub(tf.softplus(ZL), tf.mul(Y, ZL))),
    backward: (AL, Y) => tf.sub(AL, Y),
  },
};

/**
 * J = -1/m Σ Y log AL
 * dAL = -Y/AL
 *
 * with a softmax output:
 * J = 1/m Σ (log Σ e^ZL - Σ Y ZL), the inner sums over the classes
 * dZL = AL - Y
 *
 * For one-hot labels, or any columns of probabilities that sum to 1.
 */
export const categoricalCrossEntropy: Loss = {
  name: 'categoricalCrossEntropy',
  takes: 'distribution',
  forward: (AL, Y) => tf.neg(meanOverSamples(tf.mul(Y, tf.log(AL)))),
  backward: (AL, Y) => tf.neg(tf.div(Y, AL)),
  fused: {
    activation: softmax,
    forward: (ZL, Y) => {
      const logSumExp = tf.logSumExp(ZL, 0, true); // (1, m)
      return meanOverSamples(tf.sub(logSumExp, tf.sum(tf.mul(Y, ZL), 0, true)));
    },
    backward: (AL, Y) => tf.sub(AL, Y),
  },
};

/**
 * J = 1/(n_y m) Σ (AL - Y)²
 * dAL = 2/n_y (AL - Y)
 */
export const meanSquaredError: Loss = {
  name: 'meanSquaredError',
  takes: 'number',
  forward: (AL, Y) => tf.div(meanOverSamples(tf.square(tf.sub(AL, Y))), AL.shape[0]),
  backward: (AL, Y) => tf.div(tf.mul(2, tf.sub(AL, Y)), AL.shape[0]),
};

/** 1/m Σ M, over every element of M (n, m). */
const meanOverSamples = (M: Tensor2D): Scalar => tf.div(tf.sum(M), M.shape[1]);
