import type { Scalar } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { sizeOf } from '../../core/layer.js';
import { costWithTerms, type Network } from '../../core/network.js';
import { noiseOf } from '../../core/noise.js';
import type { Optimizer } from '../../core/optimizers.js';
import { RandomState } from '../../core/random.js';
import { type Params, scalar } from '../../core/tensors.js';
import type { Stepper } from '../plan.js';
import { predictsAsItTrains } from '../step.js';
import type { StepSource } from '../stepSource.js';
import { assertShardable } from './assertShardable.js';
import type { GradientSource } from './gradientSource.js';
import { updateWith } from './localSteps.js';

/**
 * Steps whose gradients come from a source: L1 and L2, clipping and the optimizer's update are done here.
 *
 * @throws ValueError, by `fit`, for a layer that sees more than one sample: `batchNorm`
 */
export const fromGradients = (source: GradientSource): StepSource => ({
  name: source.name,
  m: source.m,
  start: (network, optimizer, params) => {
    assertShardable(network, params);
    return stepperOf(source, network, optimizer);
  },
});

function stepperOf(source: GradientSource, network: Network, optimizer: Optimizer): Stepper {
  const drawsOfSample = Object.values(noiseOf(network)).reduce((sum, one) => sum + sizeOf(one), 0);
  return {
    stepsAtOnce: 1,
    run: async (state, [batch], { wantsCost = false, random = new RandomState(1) } = {}) => {
      const m = batch?.length ?? source.m;
      const isSame = batch === undefined && predictsAsItTrains(network);
      const before = wantsCost && !isSame ? await source.cost(network, state.params) : undefined;
      const noise = drawsOfSample > 0 ? random.position : undefined;
      const { grads, cost } = await source.gradients(network, state.params, { batch, noise });
      const J = wantsCost ? costOfAll(network, state.params, before ?? cost, source.m) : undefined;
      updateWith(network, optimizer, state, grads, m);
      random.skip(drawsOfSample * m); // they were made elsewhere
      return J;
    },
    dispose: () => source.end?.(),
  };
}

/** J with its terms. */
export const costOfAll = (network: Network, params: Params, J: number, m: number): Scalar =>
  tf.tidy(() => costWithTerms(network, params, scalar(J), m));
