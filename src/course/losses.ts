import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/*
 * A loss belongs to one sample; the cost J is the mean over all samples. The loss functions take
 * predictions Ŷ (1, m) and labels Y (1, m) for m ≥ 1 samples and return one loss per sample. The caller
 * owns the result.
 */

/** L(ŷ, y) = (y - ŷ)². After a sigmoid, J is not convex in w and b. Source: note 004. */
export const squaredErrorLoss = (YHat: Tensor2D, Y: Tensor2D): Tensor2D =>
  tf.tidy(() => tf.square(tf.sub(Y, YHat))); // (1, m)

/**
 * L(ŷ, y) = -(y log ŷ + (1 - y) log(1 - ŷ)), computed as -log of the probability ŷ assigns to the label.
 * In this form it is 0 instead of NaN when ŷ rounds to the correct label. J is convex in w and b.
 * Source: notes 000 and 004.
 */
export const crossEntropyLoss = (YHat: Tensor2D, Y: Tensor2D): Tensor2D =>
  tf.tidy(() => {
    const ofTheLabel = tf.add(tf.mul(Y, YHat), tf.mul(tf.sub(1, Y), tf.sub(1, YHat))); // (1, m)
    return tf.neg(tf.log(ofTheLabel)) as Tensor2D; // (1, m)
  });

/** J = 1/m Σ L, the mean of the losses (1, m). Source: notes 000 and 004. */
export const costOf = (losses: Tensor2D): Scalar =>
  tf.tidy(() => tf.div(tf.sum(losses), losses.shape[1]));
