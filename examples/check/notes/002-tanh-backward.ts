// Note 002's tanh_backward: the derivative alone, without dA.
//   handgrad check examples/check/notes/002-tanh-backward.ts

import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';

type Tensors = Record<string, Tensor2D>;

type Cache = { Z: Tensor2D; A: Tensor2D };

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

const L = 3;

const activate = (tf: typeof tfjs, Z: Tensor2D) => tf.tanh(Z);

/** dZ = 1 - s², s = tanh(Z) */
function activateBackward(tf: typeof tfjs, _dA: Tensor2D, Z: Tensor2D) {
  return tf.sub<Tensor2D>(1, tf.square(tf.tanh(Z)));
}

export function forward(tf: typeof tfjs, params: Tensors, X: Tensor2D, Y: Tensor2D) {
  const caches: Cache[] = [{ Z: X, A: X }];
  for (let l = 1; l <= L; l++) {
    const Z = tf.add<Tensor2D>(tf.matMul(params[`W${l}`], caches[l - 1].A), params[`b${l}`]);
    caches.push({ Z, A: l < L ? activate(tf, Z) : tf.sigmoid(Z) });
  }
  const { A: AL } = caches[L];
  const logs = tf.add(tf.mul(Y, tf.log(AL)), tf.mul(tf.sub(1, Y), tf.log(tf.sub(1, AL))));
  return { cost: tf.div(tf.neg(tf.sum(logs)), Y.shape[1]), cache: caches };
}

export function backward(
  tf: typeof tfjs,
  params: Tensors,
  X: Tensor2D,
  Y: Tensor2D,
  caches: Cache[],
): Record<string, Tensor> {
  const m = X.shape[1];
  const grads: Record<string, Tensor> = {};
  const { A: AL } = caches[L];
  let dA = tf.neg<Tensor2D>(tf.sub(tf.div(Y, AL), tf.div(tf.sub(1, Y), tf.sub(1, AL))));
  for (let l = L; l >= 1; l--) {
    const { Z, A } = caches[l];
    const dZ = l < L ? activateBackward(tf, dA, Z) : tf.mul<Tensor2D>(dA, tf.mul(A, tf.sub(1, A)));
    grads[`dW${l}`] = tf.div(tf.matMul(dZ, caches[l - 1].A, false, true), m);
    grads[`db${l}`] = tf.div(tf.sum(dZ, 1, true), m);
    dA = tf.matMul(params[`W${l}`], dZ, true);
  }
  return grads;
}
