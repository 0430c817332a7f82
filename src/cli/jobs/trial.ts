import type { JobKind } from '../../jobs/kind.js';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../training/checkpoint.js';
import type { TrainOptions } from '../commands/train.js';
import type { Prepared } from '../tune/prepared.js';
import { trial } from '../tune/trial.js';
import { processOf } from './fingerprintKind.js';
import {
  progressFrom,
  resultFrom,
  type Source,
  type TrialProgress,
  type TrialResult,
  type TrialTask,
  taskFrom,
} from './trialTask.js';

/** What a task is run on. */
export interface Place {
  readonly prepared: Prepared;
  /** The folder of the model to start from. */
  readonly from?: string;
}

/** The kind of job of `tune`: train a candidate for some epochs more. `at` brings its data and backend. */
export const trialKind = (
  at: (task: TrialTask, signal: AbortSignal) => Promise<Place>,
): JobKind<TrialTask, TrialResult, TrialProgress> => ({
  name: 'trial',
  assertTask: taskFrom,
  assertResult: resultFrom,
  assertProgress: progressFrom,
  needs: ({ data, from, state }) => ({
    blobs: state === undefined ? [] : [state],
    manifests: [data, from].flatMap(manifestOf),
  }),
  gives: ({ state }) => (state === undefined ? [] : [state]),
  title: ({ index, budget }) => `candidate ${index + 1}, to ${budget}`,
  process: ({ backend }) => processOf(backend),

  async run({ candidate, index, budget, keeps, ...task }, { store, signal, progress }) {
    const { prepared, from } = await at({ candidate, index, budget, keeps, ...task }, signal);
    const before = task.state;
    const state =
      before === undefined ? undefined : decodeCheckpoint(await store.get(before), before);
    let [hash, done] = [before, state?.checkpoint.epoch ?? 0];
    const keep = async (checkpoint: Checkpoint) => {
      hash = await store.put(encodeCheckpoint(checkpoint));
      if (keeps) progress({ done, state: hash });
    };
    const onEpoch = (epochs: number) => {
      done = epochs;
      progress({ done });
    };
    const around = { prepared, state: state?.checkpoint, keep, signal, onEpoch };
    const often = keeps ? candidate.checkpointEvery : never;
    const options: TrainOptions = { ...candidate, checkpointEvery: often, from, save: '' };
    const result = await trial(options, { index, budget }, around);
    return { ...result, ...(hash !== undefined && { state: hash }) };
  },
});

/** Seconds: the state is given at the end alone. */
export const never = 1e9;

export const manifestOf = (source: Source | undefined) =>
  source && 'manifest' in source ? [source.manifest] : [];
