import { ValueError } from '../../core/errors.js';
import type { Network } from '../../core/network.js';
import type { Optimizer } from '../../core/optimizers.js';
import type { Params } from '../../core/tensors.js';
import type { TrainingState } from '../step.js';
import { assertShards } from './cut.js';
import { gradientsIn, type Numbers, stateFrom } from './flat.js';
import type { RoundSource } from './fromAverages.js';
import type { GradientSource } from './gradientSource.js';
import { localSteps } from './localSteps.js';
import { type MeanGradients, meanGradients } from './meanGradients.js';
import { shardCost, shardSum } from './shardSum.js';
import type { Takeable } from './takeable.js';
import type { Sum } from './tree.js';

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
export function inShards(samples: Takeable, shards: number): GradientSource & RoundSource {
  const range = { from: 0, to: assertShards(shards) };
  let kept: MeanGradients | undefined; // from step to step
  const end = () => {
    kept?.dispose();
    kept = undefined;
  };
  const meansOf = async (network: Network): Promise<MeanGradients> => {
    if (kept?.network === network) return kept;
    end();
    kept = await meanGradients(network, samples);
    return kept;
  };
  return {
    name: `${shards} shards`,
    m: samples.m,
    gradients: async (network, params, step) => {
      const means = await meansOf(network);
      const { values, cost } = shardSum(means, params, { ...step, shards, range })!;
      return { grads: gradientsIn(network, values), cost };
    },
    round: async (network, optimizer, state, round) => {
      const means = await meansOf(network);
      const sum = localSteps(means, optimizer, state, { ...round, shards, range });
      return averageOf(network, optimizer, sum, shards);
    },
    cost: async (network: Network, params: Params) =>
      shardCost(network, params, samples, { shards, range }),
    end,
  };
}

/** 1/S of the sum of the states of S shards, a power of two: exact, also for a count of steps. */
export function averageOf(
  network: Network,
  optimizer: Optimizer,
  { values }: Sum,
  shards: number,
): TrainingState {
  const mean = stateFrom(network, optimizer, values.map((value) => value / shards) as Numbers);
  if (mean) return mean;
  throw new ValueError('The state that comes back is of another network or optimizer.');
}
