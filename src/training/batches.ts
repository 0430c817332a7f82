import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { keepAsTranspose, keptTranspose } from '../core/products.js';
import type { RandomState } from '../core/random.js';

/** The columns 0 … m - 1 in random order, cut into batches of so many; the last one may be shorter. */
export function shuffledBatches(m: number, batchSize: number, random: RandomState): Int32Array[] {
  const order = Int32Array.from(random.permutation(m));
  return Array.from({ length: Math.ceil(m / batchSize) }, (_, i) =>
    order.subarray(i * batchSize, (i + 1) * batchSize),
  );
}

/**
 * Some columns of X (n_x, m) and Y (n_y, m). Where Xᵀ is kept beside X (`keepTranspose`), the columns
 * are taken as its rows, which lie together in memory, and are kept as their transpose in turn. Call
 * it in a `tf.tidy`, which frees them.
 */
export function takeColumns(X: Tensor2D, Y: Tensor2D, columns: Int32Array) {
  const indices = tf.tensor1d(columns, 'int32');
  const batchY = tf.gather(Y, indices, 1) as Tensor2D; // (n_y, m of the batch)
  const XT = keptTranspose(X);
  if (!XT) return { X: tf.gather(X, indices, 1) as Tensor2D, Y: batchY };
  const batchXT = tf.gather(XT, indices) as Tensor2D; // (m of the batch, n_x)
  const batchX = tf.transpose(batchXT) as Tensor2D; // (n_x, m of the batch)
  keepAsTranspose(batchX, batchXT);
  return { X: batchX, Y: batchY };
}
