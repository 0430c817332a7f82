import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../core/definition.js';
import { labelAxisOf, sampleAxisOf } from '../core/inputs.js';
import type { RandomState } from '../core/random.js';
import type { Params } from '../core/tensors.js';

/** Indices of a step's samples; undefined means all samples. */
export type Batch = Int32Array | undefined;

/** Samples X and Y, with Xᵀ (m, n_x) if available, and the draws of a step. */
export interface Samples {
  readonly X: Tensor;
  readonly Y: Tensor;
  readonly XT?: Tensor;
  readonly noise?: Params;
}

/** Samples, or shards, from one to the one before another. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Where part p of m samples begins and ends: as even as can be, some empty of few samples. */
export const partOf = (p: number, m: number, parts: number): Range => ({
  from: Math.floor((p * m) / parts),
  to: Math.floor(((p + 1) * m) / parts),
});

/** Some of M along an axis. The caller owns them. */
export const slicedAlong = (M: Tensor, axis: number, { from, to }: Range): Tensor =>
  tf.slice(
    M,
    M.shape.map((_, i) => (i === axis ? from : 0)),
    M.shape.map((n, i) => (i === axis ? to - from : n)),
  );

/** 0 … m - 1 in random order. */
export const shuffled = (m: number, random: RandomState): Int32Array =>
  Int32Array.from(random.permutation(m));

/** The indices of m samples in an order, split into batches. The last batch may be smaller. */
export function splitInBatches(
  m: number,
  batchSize: number,
  order: Int32Array = Int32Array.from({ length: m }, (_, j) => j),
): Int32Array[] {
  return Array.from({ length: Math.ceil(m / batchSize) }, (_, i) =>
    order.subarray(i * batchSize, (i + 1) * batchSize),
  );
}

export const shuffledBatches = (m: number, batchSize: number, random: RandomState): Int32Array[] =>
  splitInBatches(m, batchSize, shuffled(m, random));

/**
 * Selects samples by their indices. With Xᵀ, gathers its rows instead, which are contiguous in
 * memory. Call inside a `tf.tidy`, which frees the results.
 */
export function takeSamples(network: Network, { X, Y, XT }: Samples, batch: Int32Array): Samples {
  const indices = tf.tensor1d(batch, 'int32');
  const batchY = tf.gather(Y, indices, labelAxisOf(network)); // (n_y, m of the batch)
  if (!XT) return { X: tf.gather(X, indices, sampleAxisOf(network)), Y: batchY };
  const batchXT = tf.gather(XT, indices); // (m of the batch, n_x)
  return { X: tf.transpose(batchXT), Y: batchY, XT: batchXT };
}
