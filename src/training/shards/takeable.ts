import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { countOf, sampleAxisOf } from '../../core/inputs.js';
import type { Network } from '../../core/network.js';
import { type Batch, type Range, takeSamples } from '../batches.js';
import type { DatasetItem } from '../sampleStream.js';

/** Samples of which some are taken, by their numbers: X, and Y with the row of weights where they weigh. */
export interface Takeable {
  readonly m: number;
  /** The caller owns them. */
  take(indices: Int32Array): Taken;
}

export interface Taken {
  readonly X: Tensor;
  readonly Y: Tensor;
  /** Xᵀ (m, n_x), if it is at hand. */
  readonly XT?: Tensor;
}

/** Samples in memory, of which shards are taken. The caller keeps them. */
export const takeable = (network: Network, { X, Y }: DatasetItem): Takeable => ({
  m: countOf(network, X),
  take: (indices) => takeSamples(network, { X, Y }, indices),
});

/**
 * The same of samples along the first axis: (m, n_x) where the network has them in columns, so that each is
 * one piece of memory.
 */
export const takeableRows = (
  network: Network,
  { rows, Y }: { readonly rows: Tensor; readonly Y: Tensor },
): Takeable => ({
  m: rows.shape[0]!,
  take: (indices) => {
    const inColumns = sampleAxisOf(network) === 1;
    return takeSamples(network, { X: rows, Y, ...(inColumns && { XT: rows }) }, indices);
  },
});

/** Works on the samples of a part of a batch, and frees all that it makes. */
export function withSamples<T>(
  samples: Takeable,
  batch: Batch,
  { from, to }: Range,
  work: (taken: Taken) => T,
): T {
  const indices =
    batch?.subarray(from, to) ?? Int32Array.from({ length: to - from }, (_, j) => from + j);
  let result: T | undefined;
  tf.tidy(() => {
    result = work(samples.take(indices));
  });
  return result as T;
}
