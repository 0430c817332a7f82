// Two hidden layers of leaky relu (slope 0.01) and a sigmoid, each step a function of its own.
//   handgrad check examples/check/leaky-relu-without-da.ts

import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';

type Tensors = Record<string, Tensor2D>;
type Cache = { A: Tensor[]; Z: Tensor[] };

export const shapes = {
  X: ['n_x', 'm'],
  Y: ['n_y', 'm'],
  W1: ['n_1', 'n_x'],
  b1: ['n_1', 1],
  W2: ['n_2', 'n_1'],
  b2: ['n_2', 1],
  W3: ['n_y', 'n_2'],
  b3: ['n_y', 1],
};

const L = 3;

export function forward(tf: typeof tfjs, params: Tensors, X: Tensor2D, Y: Tensor2D) {
  const cache: Cache = { A: [X], Z: [] };
  for (let l = 1; l <= L; l++) {
    cache.Z[l] = tf.add(tf.matMul(params[`W${l}`], cache.A[l - 1]), params[`b${l}`]);
    cache.A[l] = l < L ? tf.leakyRelu(cache.Z[l], 0.01) : tf.sigmoid(cache.Z[l]);
  }
  const AL = cache.A[L];
  const logs = tf.add(tf.mul(Y, tf.log(AL)), tf.mul(tf.sub(1, Y), tf.log(tf.sub(1, AL))));
  return { cost: tf.div(tf.sum(logs), -X.shape[1]), cache };
}

function leakyReluBackward(tf: typeof tfjs, dA: Tensor, Z: Tensor) {
  return tf.where(tf.greater(Z, 0), dA, tf.fill(Z.shape, 0.01));
}

export function backward(
  tf: typeof tfjs,
  params: Tensors,
  X: Tensor2D,
  Y: Tensor2D,
  { A, Z }: Cache,
) {
  const m = X.shape[1];
  const grads: Record<string, Tensor> = {};
  let dZ = tf.sub(A[L], Y);
  for (let l = L; l >= 1; l--) {
    grads[`dW${l}`] = tf.div(tf.matMul(dZ, A[l - 1], false, true), m);
    grads[`db${l}`] = tf.div(tf.sum(dZ, 1, true), m);
    if (l > 1) {
      const dA = tf.matMul(params[`W${l}`], dZ, true, false);
      dZ = leakyReluBackward(tf, dA, Z[l - 1]);
    }
  }
  return grads;
}
