import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { columnSums } from './features.js';
import { timesTransposed, transposedTimes } from './products.js';

/*
 * Y = X W + b at each position of X (m, …, d), for W (d, u) and b (u): features last, as in Course 5.
 * The positions are put below each other, so that it is one product of matrices.
 */

export function project(X: Tensor, W: Tensor, b?: Tensor): Tensor {
  const Y = tf.matMul(inRows(X), W as tf.Tensor2D); // (m T, u)
  return tf.reshape(b ? tf.add(Y, b) : Y, [...X.shape.slice(0, -1), W.shape[1]!]); // (m, …, u)
}

/**
 * dW = Xᵀ dY (d, u)
 * db = Σ dY (u), over samples and positions
 * dX = dY Wᵀ (m, …, d)
 *
 * Sums over the samples: the layer takes its mean of them.
 */
export function projectBackward(dY: Tensor, X: Tensor, W: Tensor) {
  const rows = inRows(dY); // (m T, u)
  return {
    dW: () => transposedTimes(inRows(X), rows), // (d, u)
    db: () => columnSums(rows), // (u)
    dX: () => tf.reshape(timesTransposed(rows, W as tf.Tensor2D), X.shape), // (m, …, d)
  };
}

const inRows = (X: Tensor): tf.Tensor2D => tf.reshape(X, [-1, X.shape.at(-1)!]);
