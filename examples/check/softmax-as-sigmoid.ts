// A relu layer and a softmax over n_y classes; the check draws the numbers.
//   handgrad check examples/check/softmax-as-sigmoid.ts

import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';

type Tensors = Record<string, Tensor2D>;

export const labels = 'one-hot';
export const shapes = {
  X: ['n_x', 'm'],
  Y: ['n_y', 'm'],
  W1: ['n_h', 'n_x'],
  b1: ['n_h', 1],
  W2: ['n_y', 'n_h'],
  b2: ['n_y', 1],
};

/** Of each column: the classes of a sample stand below each other. */
function softmax(tf: typeof tfjs, Z: Tensor2D) {
  const E = tf.exp(tf.sub(Z, tf.max(Z, 0, true)));
  return tf.div<Tensor2D>(E, tf.sum(E, 0, true));
}

export function forward(tf: typeof tfjs, { W1, b1, W2, b2 }: Tensors, X: Tensor2D, Y: Tensor2D) {
  const Z1 = tf.add<Tensor2D>(tf.matMul(W1, X), b1);
  const A1 = tf.relu(Z1);
  const Z2 = tf.add<Tensor2D>(tf.matMul(W2, A1), b2);
  const A2 = softmax(tf, Z2);
  const cost = tf.div(tf.neg(tf.sum(tf.mul(Y, tf.log(A2)))), X.shape[1]);
  return { cost, cache: { Z1, A1, Z2, A2 } };
}

export function backward(
  tf: typeof tfjs,
  { W2 }: Tensors,
  X: Tensor2D,
  Y: Tensor2D,
  { Z1, A1, A2 }: Tensors,
) {
  const m = X.shape[1];
  const dZ2 = tf.mul<Tensor2D>(tf.sub(A2, Y), tf.mul(A2, tf.sub(1, A2)));
  const dW2 = tf.div(tf.matMul(dZ2, A1, false, true), m);
  const db2 = tf.div(tf.sum(dZ2, 1, true), m);
  const dZ1 = tf.mul<Tensor2D>(tf.matMul(W2, dZ2, true), tf.step(Z1));
  const dW1 = tf.div(tf.matMul(dZ1, X, false, true), m);
  const db1 = tf.div(tf.sum(dZ1, 1, true), m);
  return { dW1, db1, dW2, db2 };
}
