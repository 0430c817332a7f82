// One hidden layer of tanh, and a sigmoid; forward keeps nothing, backward computes it again.
//   handgrad check examples/check/tanh-without-da.ts

import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';

type Tensors = Record<string, Tensor2D>;

export const shapes = {
  X: ['n_x', 'm'],
  Y: [1, 'm'],
  W1: ['n_h', 'n_x'],
  b1: ['n_h', 1],
  W2: [1, 'n_h'],
  b2: [1, 1],
};

function activations(tf: typeof tfjs, { W1, b1, W2, b2 }: Tensors, X: Tensor2D) {
  const A1 = tf.tanh(tf.add(tf.matMul(W1, X), b1));
  const A2 = tf.sigmoid(tf.add(tf.matMul(W2, A1), b2));
  return { A1, A2 };
}

export function forward(tf: typeof tfjs, params: Tensors, X: Tensor2D, Y: Tensor2D) {
  const { A2 } = activations(tf, params, X);
  const logs = tf.add(tf.mul(Y, tf.log(A2)), tf.mul(tf.sub(1, Y), tf.log(tf.sub(1, A2))));
  return { cost: tf.neg(tf.mean(logs)) };
}

const tanhBackward = (tf: typeof tfjs, _dA: Tensor, A: Tensor) => tf.sub(1, tf.square(A));

export function backward(tf: typeof tfjs, params: Tensors, X: Tensor2D, Y: Tensor2D) {
  const m = X.shape[1];
  const { A1, A2 } = activations(tf, params, X);
  const dZ2 = tf.sub(A2, Y);
  const dA1 = tf.matMul(params.W2, dZ2, true, false);
  const dZ1 = tanhBackward(tf, dA1, A1);
  return {
    dW1: tf.div(tf.matMul(dZ1, X, false, true), m),
    db1: tf.div(tf.sum(dZ1, 1, true), m),
    dW2: tf.div(tf.matMul(dZ2, A1, false, true), m),
    db2: tf.div(tf.sum(dZ2, 1, true), m),
  };
}
