import { adam, gradientDescent } from '../../../src/core/optimizers.js';
import { trainedOf } from '../../../src/core/parameters.js';
import { disposeReplaced } from '../../../src/core/tensors.js';
import type { BackendPreference } from '../../../src/runtime/backends.js';
import type { Plan } from '../../../src/training/plan.js';
import type { TrainingState } from '../../../src/training/step.js';
import { train } from '../../../src/training/train.js';
import { compiled } from '../entrants.js';
import { batches, readAccuracy, readCost, type Trainable } from './problem.js';
import type { Refused, Way } from './way.js';

/** Recorded steps work on two parts of the samples at the same time, if they are long enough. */
export const preferenceOf = (way: string): BackendPreference =>
  way === compiled ? { operations: 2 } : {};

/** Owns the starting parameters of the problem from here on. */
function startOf({ task, network, params }: Trainable) {
  const rule = task.optimizer === 'adam' ? adam : gradientDescent;
  const optimizer = rule({ learningRate: task.learningRate });
  const state: TrainingState = {
    params,
    optimizerState: optimizer.start(trainedOf(network, params)),
  };
  return { optimizer, state };
}

/** The project's own step, run by one of its plans; a run in sample space in rows of 100. */
export const byPlan = (plan: Plan, atOnce = 1): Way<Trainable> => ({
  start: async (problem) => {
    const { task, network, X, Y } = problem;
    const { optimizer, state } = startOf(problem);
    const runner = await plan.start({ network, optimizer, state, X, Y, batchSize: task.batchSize });
    const dispose = () => {
      disposeReplaced(state.params, {});
      disposeReplaced(state.optimizerState, {});
    };
    if ('refused' in runner) {
      dispose();
      return runner;
    }
    return {
      atOnce,
      run: (iterations, { inOrder = false } = {}) => {
        const all = batches(task, iterations, inOrder);
        for (let i = 0; i < all.length; i += runner.stepsAtOnce) {
          runner.run(state, all.slice(i, i + runner.stepsAtOnce));
        }
      },
      cost: () => readCost(problem, state.params),
      dispose: () => {
        runner.dispose();
        dispose();
      },
    };
  },
  whole: async (problem, iterations) => {
    const { network, X, Y } = problem;
    const { optimizer, state } = startOf(problem);
    let refused: Refused | undefined;
    const watched: Plan = {
      ...plan,
      start: async (task) => {
        const runner = await plan.start(task);
        if ('refused' in runner) refused = runner;
        return runner;
      },
    };
    await train(network, optimizer, state, X, Y, { iterations, plan: watched });
    return refused;
  },
  until: async (problem, accuracy) => {
    const { task, network, X, Y } = problem;
    const { optimizer, state } = startOf(problem);
    const enough = new AbortController();
    let epochs = 0;
    try {
      await train(network, optimizer, state, X, Y, {
        ...{ epochs: most, batchSize: task.batchSize, costEvery: most },
        ...{ plan, signal: enough.signal },
        onEpochEnd: (epoch) => {
          epochs = epoch + 1;
          if (readAccuracy(problem, state.params) >= accuracy) enough.abort();
        },
      });
      throw new Error(`${most} epochs did not do.`);
    } catch (error) {
      if (!enough.signal.aborted) throw error;
    }
    return epochs;
  },
});

/** Epochs. */
const most = 50;
