// A network with a list of layers and a derivative for each activation; tanh, tanh, then a sigmoid.
//   handgrad check examples/check/sigmoid-derivative-for-tanh.ts

import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';

type Tensors = Record<string, Tensor2D>;
type Cache = Tensor[];

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

const layers = ['tanh', 'tanh', 'sigmoid'] as const;

export function forward(tf: typeof tfjs, params: Tensors, X: Tensor2D, Y: Tensor2D) {
  const A: Cache = [X];
  layers.forEach((activation, i) => {
    const l = i + 1;
    A[l] = tf[activation](tf.add(tf.matMul(params[`W${l}`], A[i]), params[`b${l}`]));
  });
  const AL = A[layers.length];
  const logs = tf.add(tf.mul(Y, tf.log(AL)), tf.mul(tf.sub(1, Y), tf.log(tf.sub(1, AL))));
  return { cost: tf.neg(tf.div(tf.sum(logs), X.shape[1])), cache: A };
}

const derivative = (tf: typeof tfjs, A: Tensor) => tf.mul(A, tf.sub(1, A));

export function backward(tf: typeof tfjs, params: Tensors, X: Tensor2D, Y: Tensor2D, A: Cache) {
  const m = X.shape[1];
  const grads: Record<string, Tensor> = {};
  let dZ = tf.sub(A[layers.length], Y);
  for (let l = layers.length; l >= 1; l--) {
    grads[`dW${l}`] = tf.div(tf.matMul(dZ, A[l - 1], false, true), m);
    grads[`db${l}`] = tf.div(tf.sum(dZ, 1, true), m);
    if (l > 1) {
      const dA = tf.matMul(params[`W${l}`], dZ, true, false);
      dZ = tf.mul(dA, derivative(tf, A[l - 1]));
    }
  }
  return grads;
}
