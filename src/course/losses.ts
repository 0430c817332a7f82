import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/*
 * A loss is of one sample, the cost J is the mean of all. The losses take the predictions Ŷ (1, m) and
 * the labels Y (1, m) of any number of samples, one included, and give a loss for each. The caller
 * owns what comes back.
 */

/** L(ŷ, y) = (y - ŷ)². Behind a sigmoid its J is not convex in w and b. Source: note 004. */
export const squaredErrorLoss = (YHat: Tensor2D, Y: Tensor2D): Tensor2D =>
  tf.tidy(() => tf.square(tf.sub(Y, YHat))); // (1, m)

/**
 * L(ŷ, y) = -(y log ŷ + (1 - y) log(1 - ŷ)), that is -log of the probability that ŷ gives to the label:
 * written so, it is 0 and not NaN where ŷ has rounded to a label of 0 or 1. Its J is convex in w and b.
 * Source: notes 000 and 004.
 */
export const crossEntropyLoss = (YHat: Tensor2D, Y: Tensor2D): Tensor2D =>
  tf.tidy(() => {
    const ofTheLabel = tf.add(tf.mul(Y, YHat), tf.mul(tf.sub(1, Y), tf.sub(1, YHat))); // (1, m)
    return tf.neg(tf.log(ofTheLabel)) as Tensor2D; // (1, m)
  });

/** J = 1/m Σ L, of the losses (1, m). Source: notes 000 and 004. */
export const costOf = (losses: Tensor2D): Scalar =>
  tf.tidy(() => tf.div(tf.sum(losses), losses.shape[1]));
