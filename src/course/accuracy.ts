import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/errors.js';

/**
 * 100/m (Y Ŷᵀ + (1 - Y)(1 - Ŷ)ᵀ), the percentage of predictions Ŷ (1, m) that equal the labels Y (1, m).
 * Each term is 1 for equal labels and 0 otherwise, so this computes the share of equal labels, which
 * also works for more than two classes. Source: note 000, tuning the hidden layer size.
 *
 * @throws ShapeError if the shapes differ.
 */
export function accuracy(predictions: Tensor2D, Y: Tensor2D): number {
  if (String(predictions.shape) !== String(Y.shape)) {
    throw new ShapeError(
      `accuracy: the predictions are (${predictions.shape.join(', ')}) but Y is (${Y.shape.join(', ')}). Give those of the same samples.`,
    );
  }
  const right = tf.tidy(() => tf.sum(tf.cast(tf.equal(predictions, Y), 'int32')).dataSync()[0]);
  return (right / Y.size) * 100;
}
