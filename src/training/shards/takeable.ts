import type { Tensor } from '@tensorflow/tfjs-core';
import { countOf, labelAxisOf, sampleAxisOf } from '../../core/inputs.js';
import type { Network } from '../../core/network.js';
import { type Batch, type Range, takeSamples } from '../batches.js';
import type { DatasetItem } from '../sampleStream.js';

/** Samples of which some are taken, by their numbers: X, and Y with the row of weights where they weigh. */
export interface Takeable {
  readonly m: number;
  /** The caller owns them. */
  take(indices: Int32Array): Taken;
  /** All of them, if they lie on the backend: a recorded step takes its own. */
  readonly tensors?: AllSamples;
}

export interface AllSamples {
  readonly X: Tensor;
  readonly Y: Tensor;
  /** Along which axis the samples lie: 1 in columns, else 0. */
  readonly axes: { readonly X: 0 | 1; readonly Y: 0 | 1 };
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
  tensors: { X, Y, axes: { X: sampleAxisOf(network), Y: labelAxisOf(network) } },
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
  tensors: { X: rows, Y, axes: { X: 0, Y: labelAxisOf(network) } },
});

/** The numbers of the samples in a part of a batch. */
export const indicesIn = (batch: Batch, { from, to }: Range): Int32Array =>
  batch?.subarray(from, to) ?? Int32Array.from({ length: to - from }, (_, j) => from + j);
