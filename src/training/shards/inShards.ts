import { countOf } from '../../core/inputs.js';
import type { Network } from '../../core/network.js';
import type { Params } from '../../core/tensors.js';
import { takeSamples } from '../batches.js';
import type { DatasetItem } from '../sampleStream.js';
import { assertShards } from './cut.js';
import { gradientsIn } from './flatGradients.js';
import type { GradientSource } from './gradientSource.js';
import { shardCost, shardSum, type Takeable } from './shardSum.js';

/**
 * Samples here, whose batches are cut into shards in a fixed order:
 *
 * dW = Σ_s m_s/m dW_s, J = Σ_s m_s/m J_s
 *
 * with the sums taken along one binary tree over the shards. Whoever computes the shards, and wherever, gets
 * the same bits.
 *
 * @param shards a power of two
 * @throws ValueError for another number of shards
 */
export function inShards(samples: Takeable, shards: number): GradientSource {
  const range = { from: 0, to: assertShards(shards) };
  return {
    name: `${shards} shards`,
    m: samples.m,
    gradients: async (network, params, step) => {
      const { values, cost } = shardSum(network, params, samples, { ...step, shards, range })!;
      return { grads: gradientsIn(network, values), cost };
    },
    cost: async (network: Network, params: Params) =>
      shardCost(network, params, samples, { shards, range }),
  };
}

/** Samples in memory, of which shards are taken. The caller keeps them. */
export const takeable = (network: Network, { X, Y }: DatasetItem): Takeable => ({
  m: countOf(network, X),
  take: (indices) => takeSamples(network, { X, Y }, indices),
});
