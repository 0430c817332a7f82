import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { RandomState } from '../core/random.js';

/** Column indices of a step's samples; undefined means all samples. */
export type Batch = Int32Array | undefined;

/** Samples in columns, X (n_x, m) and Y (n_y, m), with Xᵀ (m, n_x) if available. */
export interface Samples {
  readonly X: Tensor2D;
  readonly Y: Tensor2D;
  readonly XT?: Tensor2D;
}

/** Columns 0 … m - 1 in random order, split into batches. The last batch may be smaller. */
export function shuffledBatches(m: number, batchSize: number, random: RandomState): Int32Array[] {
  const order = Int32Array.from(random.permutation(m));
  return Array.from({ length: Math.ceil(m / batchSize) }, (_, i) =>
    order.subarray(i * batchSize, (i + 1) * batchSize),
  );
}

/**
 * Selects samples by column. With Xᵀ, gathers its rows instead, which are contiguous in memory.
 * Call inside a `tf.tidy`, which frees the results.
 */
export function takeColumns({ X, Y, XT }: Samples, columns: Int32Array): Samples {
  const indices = tf.tensor1d(columns, 'int32');
  const batchY = tf.gather(Y, indices, 1) as Tensor2D; // (n_y, m of the batch)
  if (!XT) return { X: tf.gather(X, indices, 1) as Tensor2D, Y: batchY };
  const batchXT = tf.gather(XT, indices) as Tensor2D; // (m of the batch, n_x)
  return { X: tf.transpose(batchXT), Y: batchY, XT: batchXT };
}
