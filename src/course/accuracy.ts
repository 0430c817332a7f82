import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/errors.js';

/**
 * 100/m (Y Ŷᵀ + (1 - Y)(1 - Ŷ)ᵀ), the percentage of predictions Ŷ (1, m) that are the labels Y (1, m).
 * Of two equal labels the sum is 1, of two different ones 0; so it is the share of equal ones, which
 * also counts labels of more than two classes. Source: note 000, the tuning of the hidden layer.
 *
 * @throws ShapeError where the two have different shapes.
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
