// Two relu layers and a sigmoid, on numbers of its own.
//   handgrad check examples/check/wrong-a-prev.ts

import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';

type Tensors = Record<string, Tensor2D>;

export const params = {
  W1: [
    [0.4, -0.3, 0.8],
    [-0.6, 0.5, 0.2],
    [0.7, 0.9, -0.4],
  ],
  b1: [[0.1], [-0.2], [0.3]],
  W2: [
    [0.5, -0.7, 0.3],
    [-0.2, 0.6, 0.9],
    [0.8, 0.4, -0.5],
  ],
  b2: [[0.2], [0.1], [-0.3]],
  W3: [[0.9, -0.4, 0.6]],
  b3: [[0.05]],
};

export const X = [
  [1.2, -0.7, 0.4, 2.1, -1.5],
  [-0.3, 1.8, 0.9, -1.1, 0.6],
  [0.5, -1.4, 1.7, 0.2, -0.8],
];

export const Y = [[1, 0, 1, 1, 0]];

export function forward(tf: typeof tfjs, params: Tensors, X: Tensor2D, Y: Tensor2D) {
  const { W1, b1, W2, b2, W3, b3 } = params;
  const m = X.shape[1];
  const Z1 = tf.add(tf.matMul(W1, X), b1);
  const A1 = tf.relu(Z1);
  const Z2 = tf.add(tf.matMul(W2, A1), b2);
  const A2 = tf.relu(Z2);
  const Z3 = tf.add(tf.matMul(W3, A2), b3);
  const A3 = tf.sigmoid(Z3);
  const logs = tf.add(tf.mul(Y, tf.log(A3)), tf.mul(tf.sub(1, Y), tf.log(tf.sub(1, A3))));
  return { cost: tf.neg(tf.div(tf.sum(logs), m)), cache: { Z1, A1, Z2, A2, Z3, A3 } };
}

export function backward(
  tf: typeof tfjs,
  { W2, W3 }: Tensors,
  X: Tensor2D,
  Y: Tensor2D,
  { Z1, Z2, A2, A3 }: Tensors,
) {
  const m = X.shape[1];

  const dZ3 = tf.sub(A3, Y);
  const dW3 = tf.div(tf.matMul(dZ3, A2, false, true), m);
  const db3 = tf.div(tf.sum(dZ3, 1, true), m);

  const dA2 = tf.matMul(W3, dZ3, true, false);
  const dZ2 = tf.mul(dA2, tf.step(Z2));
  const dW2 = tf.div(tf.matMul(dZ2, A2, false, true), m);
  const db2 = tf.div(tf.sum(dZ2, 1, true), m);

  const dA1 = tf.matMul(W2, dZ2, true, false);
  const dZ1 = tf.mul(dA1, tf.step(Z1));
  const dW1 = tf.div(tf.matMul(dZ1, X, false, true), m);
  const db1 = tf.div(tf.sum(dZ1, 1, true), m);

  return { dW1, db1, dW2, db2, dW3, db3 };
}
