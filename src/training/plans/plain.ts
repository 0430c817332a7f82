import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../batches.js';
import type { Plan } from '../plan.js';
import { costOf, step, type TrainingState } from '../step.js';
import { withCost } from './withCost.js';

/** Runs each step as written, one operation after another. */
export const plain: Plan = {
  name: 'plain',
  layout: 'direct',
  start: async ({ network, optimizer, X, Y }) => {
    const XT = tf.keep(tf.transpose(X));
    const samples = { X, Y, XT };
    const runEach = (state: TrainingState, batches: readonly Batch[]) => {
      for (const batch of batches) step(network, optimizer, state, samples, { batch });
    };
    return {
      stepsAtOnce: 1,
      run: (state, batches, { wantsCost = false } = {}) => {
        if (wantsCost && batches[0]) {
          return withCost(costOf(network, state.params, X, Y), () => runEach(state, batches));
        }
        const [first, ...others] = batches;
        const J = step(network, optimizer, state, samples, { batch: first, wantsCost });
        return withCost(J, () => runEach(state, others));
      },
      dispose: () => XT.dispose(),
    };
  },
};
