// Two relu layers and a sigmoid with L2 regularisation, λ/(2m) Σ ‖W‖²; the check draws the numbers.
//   handgrad check examples/check/regularisation-missing.ts

import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';

type Tensors = Record<string, Tensor2D>;

export const shapes = {
  X: ['n_x', 'm'],
  Y: [1, 'm'],
  W1: ['n_1', 'n_x'],
  b1: ['n_1', 1],
  W2: ['n_2', 'n_1'],
  b2: ['n_2', 1],
  W3: [1, 'n_2'],
  b3: [1, 1],
};

const lambd = 0.7;

export function forward(tf: typeof tfjs, params: Tensors, X: Tensor2D, Y: Tensor2D) {
  const { W1, b1, W2, b2, W3, b3 } = params;
  const m = X.shape[1];
  const Z1 = tf.add<Tensor2D>(tf.matMul(W1, X), b1);
  const A1 = tf.relu(Z1);
  const Z2 = tf.add<Tensor2D>(tf.matMul(W2, A1), b2);
  const A2 = tf.relu(Z2);
  const A3 = tf.sigmoid(tf.add<Tensor2D>(tf.matMul(W3, A2), b3));
  const logs = tf.add(tf.mul(Y, tf.log(A3)), tf.mul(tf.sub(1, Y), tf.log(tf.sub(1, A3))));
  const crossEntropy = tf.neg(tf.div(tf.sum(logs), m));
  const squares = tf.addN([W1, W2, W3].map((W) => tf.sum(tf.square(W))));
  const cost = tf.add(crossEntropy, tf.mul(lambd / (2 * m), squares));
  return { cost, cache: { Z1, A1, Z2, A2, A3 } };
}

export function backward(
  tf: typeof tfjs,
  { W2, W3 }: Tensors,
  X: Tensor2D,
  Y: Tensor2D,
  { Z1, A1, Z2, A2, A3 }: Tensors,
) {
  const m = X.shape[1];
  const dZ3 = tf.sub(A3, Y);
  const dW3 = tf.div(tf.matMul(dZ3, A2, false, true), m);
  const db3 = tf.div(tf.sum(dZ3, 1, true), m);
  const dZ2 = tf.mul<Tensor2D>(tf.matMul(W3, dZ3, true), tf.step(Z2));
  const dW2 = tf.div(tf.matMul(dZ2, A1, false, true), m);
  const db2 = tf.div(tf.sum(dZ2, 1, true), m);
  const dZ1 = tf.mul<Tensor2D>(tf.matMul(W2, dZ2, true), tf.step(Z1));
  const dW1 = tf.div(tf.matMul(dZ1, X, false, true), m);
  const db1 = tf.div(tf.sum(dZ1, 1, true), m);
  return { dW1, db1, dW2, db2, dW3, db3 };
}
