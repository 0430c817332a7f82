import type { JobKind } from '../../jobs/kind.js';
import type { TrainOptions } from '../commands/train.js';
import { trial } from '../tune/trial.js';
import { processOf } from './fingerprintKind.js';
import {
  type FoldProgress,
  type FoldResult,
  type FoldTask,
  foldProgressFrom,
  foldResultFrom,
  foldTaskFrom,
} from './foldTask.js';
import { manifestOf, never, type Place } from './trial.js';

/**
 * The kind of job of `cross-validate`: a fold. It trains to its last epoch, as those who judge the network may
 * not choose it. `at` brings the fold's data and backend.
 */
export const foldKind = (
  at: (task: FoldTask, signal: AbortSignal) => Promise<Place>,
): JobKind<FoldTask, FoldResult, FoldProgress> => ({
  name: 'fold',
  assertTask: foldTaskFrom,
  assertResult: foldResultFrom,
  assertProgress: foldProgressFrom,
  needs: ({ data, from }) => ({ blobs: [], manifests: [data, from].flatMap(manifestOf) }),
  gives: () => [],
  title: ({ fold, folds }) => `fold ${fold + 1} of ${folds}`,
  process: ({ backend }) => processOf(backend),

  async run(task, { signal, progress }) {
    const { fold, budget, candidate } = task;
    const { prepared, from } = await at(task, signal);
    const toTheEnd = { earlyStopping: false, checkpointEvery: never, from, save: '' };
    const options: TrainOptions = { ...candidate, ...toTheEnd };
    const onEpoch = (done: number) => progress({ done });
    const around = { prepared, keep: async () => {}, signal, onEpoch };
    const { metrics, seconds } = await trial(options, { index: fold, budget }, around);
    const { m } = prepared.data.validation!;
    return { m, ...(metrics && { metrics }), seconds };
  },
});
