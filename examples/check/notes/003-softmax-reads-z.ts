// Note 003's softmax(x), which never reads x: its z is one that was left outside.
//   handgrad check examples/check/notes/003-softmax-reads-z.ts

import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';

type Tensors = Record<string, Tensor2D>;

export const labels = 'one-hot';
export const shapes = { X: ['n_x', 'm'], Y: ['n_y', 'm'], W1: ['n_y', 'n_x'], b1: ['n_y', 1] };

export function softmax(tf: typeof tfjs, x: Tensor2D) {
  const z = tf.ones<tfjs.Rank.R2>(x.shape); // whatever z happens to be there
  const E = tf.exp(z);
  return tf.div<Tensor2D>(E, tf.sum(E, 0, true));
}

export function forward(tf: typeof tfjs, { W1, b1 }: Tensors, X: Tensor2D, Y: Tensor2D) {
  const Z = tf.add<Tensor2D>(tf.matMul(W1, X), b1);
  const A = softmax(tf, Z);
  return { cost: tf.div(tf.neg(tf.sum(tf.mul(Y, tf.log(A)))), Y.shape[1]), cache: A };
}

export function backward(
  tf: typeof tfjs,
  _params: Tensors,
  X: Tensor2D,
  Y: Tensor2D,
  A: Tensor2D,
): Record<string, Tensor> {
  const m = X.shape[1];
  const dZ = tf.sub<Tensor2D>(A, Y);
  return {
    dW1: tf.div(tf.matMul(dZ, X, false, true), m),
    db1: tf.div(tf.sum(dZ, 1, true), m),
  };
}
