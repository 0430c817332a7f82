import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { countOf } from '../core/inputs.js';
import type { Network } from '../core/network.js';
import type { Optimizer } from '../core/optimizers.js';
import { disposeReplaced } from '../core/tensors.js';
import type { History } from './history.js';
import { loop } from './loop.js';
import { assertTraining, type Timetable, type TrainOptions } from './options.js';
import type { Task } from './plan.js';
import { plain, start } from './plans/index.js';
import { assertSameRun, type Source, samplesOf } from './run.js';
import { type DatasetItem, itemsOf } from './sampleStream.js';
import type { TrainingState } from './step.js';
import { stateIn } from './storedValues.js';

/**
 * Trains on X (n_x, m) and Y (n_y, m), or (m, …) of any shape: forward, backward, update, for
 * `iterations` steps on all samples or `epochs` passes in batches. The cost of an epoch covers all
 * samples, with the parameters before that epoch, as in the course; validation comes after it.
 *
 * `state` always holds the latest parameters, even if the run ends with an error.
 *
 * @throws ShapeError if X and Y do not fit; ValueError for a label the loss does not accept, a
 *   non-finite number in X, or an unknown option; NumericError if the cost is not finite;
 *   AbortError if the signal is aborted; and whatever a callback throws.
 */
export async function train(
  network: Network,
  optimizer: Optimizer,
  state: TrainingState,
  X: Tensor,
  Y: Tensor,
  options: TrainOptions,
): Promise<History> {
  const timetable = assertTraining(network, { X, Y }, options);
  return runTraining(network, optimizer, state, { X, Y }, options, timetable);
}

/** `train` without its checks: `timetable` is what `assertTraining` gave for the same arguments. */
export async function runTraining(
  network: Network,
  optimizer: Optimizer,
  state: TrainingState,
  source: Source,
  options: TrainOptions,
  timetable: Timetable,
): Promise<History> {
  const { plan = plain, resume } = options;
  if (resume) {
    assertSameRun(resume, timetable, samplesOf(source, network));
    goOnFrom(state, stateIn(resume));
  }
  if ('elsewhere' in source) {
    const { elsewhere } = source;
    const runner = elsewhere.start(network, optimizer, state.params);
    try {
      options.onPlan?.({ name: elsewhere.name });
      return await loop({ network, optimizer, state, source, options, timetable, runner });
    } finally {
      runner.dispose?.();
    }
  }
  const first = 'X' in source ? source : await firstOf(source.dataset, network);
  try {
    const task = taskOf({ network, optimizer, state }, source, first, options, timetable);
    let refused: string | undefined;
    const runner = await start(plan, task, (reason) => {
      refused = reason;
    });
    try {
      const { choice } = runner;
      const used = choice?.plan ?? (refused ? plain : plan);
      options.onPlan?.({ name: used.name, choice, refused });
      return await loop({ network, optimizer, state, source, options, timetable, runner });
    } finally {
      runner.dispose();
    }
  } finally {
    if (!('X' in source)) tf.dispose([first.X, first.Y]);
  }
}

function taskOf(
  what: Pick<Task, 'network' | 'optimizer' | 'state'>,
  source: Source,
  { X, Y }: DatasetItem,
  { checkpoint, resume }: TrainOptions,
  { epochs, batchSize, stepsBetweenCallbacks, costs }: Timetable,
): Task {
  const m = countOf(what.network, X);
  const isStream = !('X' in source);
  return {
    ...what,
    ...{ X, Y, isStream, stepsBetweenCallbacks, costs },
    batchSize: isStream ? Math.min(batchSize ?? m, m) : batchSize,
    // Of the whole run, also where it goes on from a checkpoint: the plan must be the same.
    steps: isStream ? undefined : epochs * Math.ceil(m / (batchSize ?? m)),
    isResumable: checkpoint !== undefined || resume !== undefined,
  };
}

/** A dataset's first item: its shapes are those of the steps. The caller owns it. */
async function firstOf(dataset: Parameters<typeof itemsOf>[0], network: Network) {
  for await (const item of itemsOf(dataset, network, 0)) return item;
  throw new Error('itemsOf gives an item or throws');
}

function goOnFrom(state: TrainingState, restored: TrainingState): void {
  const old = { ...state };
  Object.assign(state, restored);
  disposeReplaced(old.params, {});
  disposeReplaced(old.optimizerState, {});
}
