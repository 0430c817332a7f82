// Logistic regression in a tf.tidy, with the cost computed from the logits; the check draws the numbers.
//   handgrad check examples/check/sign.ts

import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';

type Tensors = Record<string, Tensor2D>;

export const shapes = { X: ['n_x', 'm'], Y: [1, 'm'], W1: [1, 'n_x'], b1: [1, 1] };

export function forward(tf: typeof tfjs, { W1, b1 }: Tensors, X: Tensor2D, Y: Tensor2D) {
  const Z = tf.add(tf.matMul(W1, X), b1);
  return { cost: tf.mean(tf.sub(tf.softplus(Z), tf.mul(Y, Z))), cache: Z };
}

export function backward(
  tf: typeof tfjs,
  _params: Tensors,
  X: Tensor2D,
  Y: Tensor2D,
  Z: Tensor,
): Record<string, Tensor> {
  return tf.tidy(() => {
    const m = X.shape[1];
    const dZ = tf.sub<Tensor2D>(Y, tf.sigmoid(Z));
    return {
      dW1: tf.div(tf.matMul(dZ, X, false, true), m),
      db1: tf.div(tf.sum(dZ, 1, true), m),
    };
  });
}
