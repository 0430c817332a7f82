// One hidden layer of tanh, and a sigmoid; the check draws the numbers.
//   handgrad check examples/check/mean-twice.ts

import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';

type Params = Record<'W1' | 'b1' | 'W2' | 'b2', Tensor2D>;
type Cache = Record<'A1' | 'A2', Tensor>;

export const shapes = {
  X: ['n_x', 'm'],
  Y: ['n_y', 'm'],
  W1: ['n_h', 'n_x'],
  b1: ['n_h', 1],
  W2: ['n_y', 'n_h'],
  b2: ['n_y', 1],
};

export function forward(tf: typeof tfjs, { W1, b1, W2, b2 }: Params, X: Tensor2D, Y: Tensor2D) {
  const m = X.shape[1];
  const A1 = tf.tanh(tf.add(tf.matMul(W1, X), b1));
  const A2 = tf.sigmoid(tf.add(tf.matMul(W2, A1), b2));
  const losses = tf.add(
    tf.mul(Y, tf.neg(tf.log(A2))),
    tf.mul(tf.sub(1, Y), tf.neg(tf.log(tf.sub(1, A2)))),
  );
  const cost = tf.mul(1 / m, tf.sum(losses));
  return { cost, cache: { A1, A2 } };
}

export function backward(
  tf: typeof tfjs,
  { W2 }: Params,
  X: Tensor2D,
  Y: Tensor2D,
  { A1, A2 }: Cache,
) {
  const m = X.shape[1];
  const dZ2 = tf.sub(A2, Y);
  const dW2 = tf.mul(1 / m, tf.matMul(dZ2, A1, false, true));
  const db2 = tf.mul(1 / m, tf.sum(dZ2, 1, true));
  const dZ1 = tf.mul(tf.mul(1 / m, tf.matMul(W2, dZ2, true)), tf.sub(1, tf.pow(A1, 2)));
  const dW1 = tf.mul(1 / m, tf.matMul(dZ1, X, false, true));
  const db1 = tf.mul(1 / m, tf.sum(dZ1, 1, true));
  return { dW1, db1, dW2, db2 };
}
