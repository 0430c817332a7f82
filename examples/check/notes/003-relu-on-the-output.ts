// Note 003's L_Layer_NN: l != L always holds, so that the output layer gets relu too.
//   handgrad check examples/check/notes/003-relu-on-the-output.ts

import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';

type Tensors = Record<string, Tensor2D>;

type Cache = { A: Tensor2D[]; Z: Tensor2D[] };

const n = 5;
export const shapes = {
  X: [n, 'm'],
  Y: [n, 'm'],
  W1: [n, n],
  b1: [n, 1],
  W2: [n, n],
  b2: [n, 1],
  W3: [n, n],
  b3: [n, 1],
};

const L = 3;

export function forward(tf: typeof tfjs, params: Tensors, X: Tensor2D, Y: Tensor2D) {
  const cache: Cache = { A: [X], Z: [] };
  for (let l = 1; l <= L; l++) {
    cache.Z[l] = tf.add(tf.matMul(params[`W${l}`], cache.A[l - 1]), params[`b${l}`]);
    cache.A[l] = l <= L ? tf.relu(cache.Z[l]) : tf.sigmoid(cache.Z[l]);
  }
  const AL = cache.A[L];
  const logs = tf.add(tf.mul(Y, tf.log(AL)), tf.mul(tf.sub(1, Y), tf.log(tf.sub(1, AL))));
  return { cost: tf.mul(-1 / Y.shape[1], tf.sum(logs)), cache };
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
  let dA = tf.neg(tf.sub(tf.div(Y, A[L]), tf.div(tf.sub(1, Y), tf.sub(1, A[L]))));
  for (let l = L; l >= 1; l--) {
    const s = tf.sigmoid(Z[l]);
    const dZ = l < L ? tf.mul(dA, tf.step(Z[l])) : tf.mul(dA, tf.mul(s, tf.sub(1, s)));
    grads[`dW${l}`] = tf.mul(1 / m, tf.matMul(dZ, A[l - 1], false, true));
    grads[`db${l}`] = tf.mul(1 / m, tf.sum(dZ, 1, true));
    dA = tf.matMul(params[`W${l}`], dZ, true, false);
  }
  return grads;
}
