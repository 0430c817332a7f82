// Regression: a tanh layer and a linear output, with the cost 1/(2m) Σ (A2 - Y)².
//   handgrad check examples/check/squared-error-twice.ts

import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';

type Tensors = Record<string, Tensor2D>;

export const labels = 'real';
export const shapes = {
  X: ['n_x', 'm'],
  Y: [1, 'm'],
  W1: ['n_h', 'n_x'],
  b1: ['n_h', 1],
  W2: [1, 'n_h'],
  b2: [1, 1],
};

export function forward(tf: typeof tfjs, { W1, b1, W2, b2 }: Tensors, X: Tensor2D, Y: Tensor2D) {
  const m = X.shape[1];
  const A1 = tf.tanh(tf.add<Tensor2D>(tf.matMul(W1, X), b1));
  const A2 = tf.add<Tensor2D>(tf.matMul(W2, A1), b2);
  const cost = tf.div(tf.sum(tf.squaredDifference(A2, Y)), 2 * m);
  return { cost, cache: { A1, A2 } };
}

export function backward(
  tf: typeof tfjs,
  { W2 }: Tensors,
  X: Tensor2D,
  Y: Tensor2D,
  { A1, A2 }: Tensors,
) {
  const m = X.shape[1];
  const dZ2 = tf.mul<Tensor2D>(2, tf.sub(A2, Y));
  const dW2 = tf.div(tf.matMul(dZ2, A1, false, true), m);
  const db2 = tf.div(tf.sum(dZ2, 1, true), m);
  const dZ1 = tf.mul<Tensor2D>(tf.matMul(W2, dZ2, true), tf.sub(1, tf.square(A1)));
  const dW1 = tf.div(tf.matMul(dZ1, X, false, true), m);
  const db1 = tf.div(tf.sum(dZ1, 1, true), m);
  return { dW1, db1, dW2, db2 };
}
