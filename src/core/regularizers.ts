import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { scalar } from './tensors.js';

/**
 * The L2 term of the cost, for weights W[1] … W[L] and m samples:
 *
 * J += λ/(2m) Σ ‖W‖²
 * dW += λ/m W
 *
 * Biases are not regularized. Source: Course 2, week 1.
 */
export const l2 = {
  forward(weights: readonly Tensor2D[], lambda: number, m: number): Scalar {
    const squares = weights.map((W) => tf.sum(tf.square(W)) as Scalar);
    return tf.mul(scalar(lambda / (2 * m)), tf.addN(squares));
  },
  backward(W: Tensor2D, lambda: number, m: number): Tensor2D {
    return tf.mul(scalar(lambda / m), W); // (n_l, n_prev)
  },
};
