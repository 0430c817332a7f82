// Note 000's linear_backward: db is squeezed, and loses its column.
//   handgrad check examples/check/notes/000-db-squeezed.ts

import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';

type Tensors = Record<string, Tensor2D>;

type Cache = { A: Tensor2D[]; Z: Tensor2D[] };

export const shapes = {
  X: ['n_x', 'm'],
  Y: [1, 'm'],
  W1: ['n_1', 'n_x'],
  b1: ['n_1', 1],
  W2: [1, 'n_1'],
  b2: [1, 1],
};

export function forward(tf: typeof tfjs, { W1, b1, W2, b2 }: Tensors, X: Tensor2D, Y: Tensor2D) {
  const Z1 = tf.add<Tensor2D>(tf.matMul(W1, X), b1);
  const A1 = tf.relu(Z1);
  const Z2 = tf.add<Tensor2D>(tf.matMul(W2, A1), b2);
  const A2 = tf.sigmoid(Z2);
  const logs = tf.add(tf.mul(Y, tf.log(A2)), tf.mul(tf.sub(1, Y), tf.log(tf.sub(1, A2))));
  return { cost: tf.mul(-1 / Y.shape[1], tf.sum(logs)), cache: { A: [X, A1, A2], Z: [Z1, Z2] } };
}

function linearBackward(tf: typeof tfjs, dZ: Tensor2D, APrev: Tensor2D, W: Tensor2D) {
  const m = APrev.shape[1];
  const dW = tf.mul(1 / m, tf.matMul(dZ, APrev, false, true));
  const db = tf.mul(1 / m, tf.squeeze(tf.sum(dZ, 1, true)));
  const dAPrev = tf.matMul(W, dZ, true);
  return { dAPrev, dW, db };
}

export function backward(
  tf: typeof tfjs,
  { W1, W2 }: Tensors,
  _X: Tensor2D,
  Y: Tensor2D,
  { A: [A0, A1, A2], Z: [Z1, Z2] }: Cache,
): Record<string, Tensor> {
  const dA2 = tf.neg(tf.sub(tf.div(Y, A2), tf.div(tf.sub(1, Y), tf.sub(1, A2))));
  const s = tf.sigmoid(Z2);
  const last = linearBackward(tf, tf.mul(dA2, tf.mul(s, tf.sub(1, s))), A1, W2);
  const first = linearBackward(tf, tf.mul(last.dAPrev, tf.step(Z1)), A0, W1);
  return { dW1: first.dW, db1: first.db, dW2: last.dW, db2: last.db };
}
