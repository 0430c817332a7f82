import { sizeOf } from '../../core/layer.js';
import type { Network } from '../../core/network.js';
import { noiseOf } from '../../core/noise.js';
import type { Optimizer } from '../../core/optimizers.js';
import { type RandomPosition, RandomState } from '../../core/random.js';
import type { Batch } from '../batches.js';
import type { Stepper } from '../plan.js';
import { disposeState } from '../stateValues.js';
import type { TrainingState } from '../step.js';
import type { StepSource } from '../stepSource.js';
import { assertShardable } from './assertShardable.js';
import { costOfAll } from './fromGradients.js';
import type { ShardSource } from './gradientSource.js';

/** A round of steps, with the noise of all its batches from one place of the stream on. */
export interface Round {
  readonly batches: readonly Batch[];
  readonly noise?: RandomPosition;
}

/** Samples in shards that make steps of their own. */
export interface RoundSource extends ShardSource {
  /** The mean of where the shards end that make a step for each batch, each on its part. The caller owns it. */
  round(
    network: Network,
    optimizer: Optimizer,
    state: TrainingState,
    round: Round,
  ): Promise<TrainingState>;
}

/**
 * Another algorithm than steps on whole batches: each shard makes `every` steps of its own, with L1, L2 and an
 * optimizer of its own, and then parameters and the optimizers' states are averaged,
 *
 * W = 1/S Σ_s W_s
 *
 * McMahan et al., arXiv:1602.05629. A round does not go over the end of an epoch.
 */
export const fromAverages = (source: RoundSource, every: number): StepSource => ({
  name: `${source.name}, averaged every ${every} steps`,
  m: source.m,
  start: (network, optimizer, params) => {
    assertShardable(network, params);
    return stepperOf(source, every, network, optimizer);
  },
});

function stepperOf(
  source: RoundSource,
  every: number,
  network: Network,
  optimizer: Optimizer,
): Stepper {
  const drawsOfSample = Object.values(noiseOf(network)).reduce((sum, one) => sum + sizeOf(one), 0);
  return {
    stepsAtOnce: every,
    run: async (state, batches, { wantsCost = false, random = new RandomState(1) } = {}) => {
      const noise = drawsOfSample > 0 ? random.position : undefined;
      const J = wantsCost ? await source.cost(network, state.params) : undefined;
      const after = await source.round(network, optimizer, state, { batches, noise });
      const cost = J === undefined ? undefined : costOfAll(network, state.params, J, source.m);
      disposeState({ ...state });
      Object.assign(state, after);
      const samples = batches.reduce((sum, batch) => sum + (batch?.length ?? source.m), 0);
      random.skip(drawsOfSample * samples); // they were made elsewhere
      return cost;
    },
    dispose: () => source.end?.(),
  };
}
