import * as tf from '@tensorflow/tfjs-core';
import { sampleAxisOf } from '../../core/inputs.js';
import { RandomState } from '../../core/random.js';
import type { Batch } from '../batches.js';
import type { Plan } from '../plan.js';
import { costOf, step, type TrainingState } from '../step.js';
import { withCost } from './withCost.js';

/** Runs each step as written, one operation after another. */
export const plain: Plan = {
  name: 'plain',
  layout: 'direct',
  start: async ({ network, optimizer, X, Y }) => {
    const XT = X.rank === 2 && sampleAxisOf(network) === 1 ? tf.keep(tf.transpose(X)) : undefined;
    const samples = { X, Y, XT };
    const runEach = (state: TrainingState, batches: readonly Batch[], random: RandomState) => {
      for (const batch of batches) step(network, optimizer, state, samples, { batch, random });
    };
    return {
      stepsAtOnce: 1,
      run: (state, batches, { wantsCost = false, random = new RandomState(1) } = {}) => {
        if (wantsCost && batches[0]) {
          return withCost(costOf(network, state.params, X, Y), () =>
            runEach(state, batches, random),
          );
        }
        const [first, ...others] = batches;
        const J = step(network, optimizer, state, samples, { batch: first, wantsCost, random });
        return withCost(J, () => runEach(state, others, random));
      },
      dispose: () => XT?.dispose(),
    };
  },
};
