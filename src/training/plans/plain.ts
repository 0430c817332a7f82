import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { sampleAxisOf } from '../../core/inputs.js';
import { RandomState } from '../../core/random.js';
import type { Batch, Samples } from '../batches.js';
import type { Plan } from '../plan.js';
import { costOf, step, type TrainingState } from '../step.js';
import { withCost } from './withCost.js';

/** Runs each step as written, one operation after another. */
export const plain: Plan = {
  name: 'plain',
  layout: 'direct',
  start: async ({ network, optimizer, X, Y }) => {
    const withXT = (X: Tensor, Y: Tensor): Samples => {
      const isMatrix = X.rank === 2 && sampleAxisOf(network) === 1;
      return { X, Y, XT: isMatrix ? tf.keep(tf.transpose(X)) : undefined };
    };
    let samples = withXT(X, Y);
    const dispose = () => samples.XT?.dispose();
    const runEach = (state: TrainingState, batches: readonly Batch[], random: RandomState) => {
      for (const batch of batches) step(network, optimizer, state, samples, { batch, random });
    };
    return {
      stepsAtOnce: 1,
      run: (state, batches, { wantsCost = false, random = new RandomState(1) } = {}) => {
        if (wantsCost && batches[0]) {
          return withCost(costOf(network, state.params, samples.X, samples.Y), () =>
            runEach(state, batches, random),
          );
        }
        const [first, ...others] = batches;
        const J = step(network, optimizer, state, samples, { batch: first, wantsCost, random });
        return withCost(J, () => runEach(state, others, random));
      },
      use: (X, Y) => {
        dispose();
        samples = withXT(X, Y);
      },
      dispose,
    };
  },
};
