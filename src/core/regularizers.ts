import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { sign } from './sign.js';
import { scalar } from './tensors.js';

/**
 * The L2 term of the cost, for weights W[1] … W[L] and m samples:
 *
 * J += λ/(2m) Σ ‖W‖²
 * dW += λ/m W
 *
 * Only parameters that decay count: weights, not biases. Source: Course 2, week 1.
 */
export const l2 = {
  forward(weights: readonly Tensor[], lambda: number, m: number): Scalar {
    const squares = weights.map((W) => tf.sum(tf.square(W)) as Scalar);
    return tf.mul(scalar(lambda / (2 * m)), tf.addN(squares));
  },
  backward(W: Tensor, lambda: number, m: number): Tensor {
    return tf.mul(scalar(lambda / m), W); // the shape of W
  },
};

/**
 * The L1 term of the cost, which draws weights to 0 itself:
 *
 * J += λ/m Σ |W|
 * dW += λ/m sign(W), which is 0 at 0
 *
 * Only parameters that decay count, as for L2. Source: Tibshirani, J. R. Statist. Soc. B 58 (1996).
 */
export const l1 = {
  forward(weights: readonly Tensor[], lambda: number, m: number): Scalar {
    const sizes = weights.map((W) => tf.sum(tf.abs(W)) as Scalar);
    return tf.mul(scalar(lambda / m), tf.addN(sizes));
  },
  backward(W: Tensor, lambda: number, m: number): Tensor {
    return tf.mul(scalar(lambda / m), sign(W)); // the shape of W
  },
};
