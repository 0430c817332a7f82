import { DataError } from '../../core/errors.js';
import type { FolderStore } from '../../jobs/folderStore.js';
import { layOut } from '../../jobs/manifest.js';
import { useBackend } from '../../runtime/backends.js';
import type { TrainOptions } from '../commands/train.js';
import { readOptions, sameData } from '../train/data.js';
import { networkFor } from '../train/network.js';
import { classWeightFor, optimizerFor, settingsFor } from '../train/settings.js';
import { lossOf, samplesOf } from '../train/shards/samples.js';
import { hashOfSums } from '../tune/journal.js';
import { type Prepared, preparedOn } from '../tune/prepared.js';
import type { ShardPlace } from './shard.js';
import type { ShardRun, ShardTask } from './shardTask.js';
import type { Place } from './trial.js';
import type { Source, TrialTask } from './trialTask.js';

/** Whether tasks may name files of this machine: not where they come from another one. */
export type Origin = 'here' | 'elsewhere';

/** Where the files of a task lie here. @throws DataError for those of another machine */
const pathsIn =
  (store: FolderStore, origin: Origin) =>
  async (source: Source | undefined): Promise<string | undefined> => {
    if (source === undefined) return undefined;
    if ('manifest' in source) return layOut(source.manifest, store);
    if (origin === 'here') return source.path;
    throw new DataError('The task names a file of another machine, and not its hash.');
  };

/** Makes what tasks with a key have in common, and keeps that of the last one. */
function keepingLast<T>() {
  let last: { readonly key: string; readonly made: T } | undefined;
  return async (key: string, make: () => Promise<T>): Promise<T> => {
    if (last?.key === key) return last.made;
    last = undefined; // room for the next
    const made = await make();
    last = { key, made };
    return made;
  };
}

/** Brings a candidate's data and backend. */
export function placesIn(store: FolderStore, origin: Origin) {
  const pathOf = pathsIn(store, origin);
  const kept = keepingLast<Prepared>();
  return async (task: TrialTask, signal: AbortSignal): Promise<Place> => {
    const from = await pathOf(task.from);
    const prepared = await kept(keyOf(task), async () =>
      preparedFor(task, await pathOf(task.data), signal),
    );
    return { prepared, from };
  };
}

/** Brings the samples and the network of a run whose batches are cut into shards. */
export function shardPlacesIn(store: FolderStore, origin: Origin) {
  const pathOf = pathsIn(store, origin);
  const kept = keepingLast<ShardPlace>();
  return ({ from, to, wants, step, ...run }: ShardTask, signal: AbortSignal): Promise<ShardPlace> =>
    kept(JSON.stringify(run), async () => {
      const { data, tensorsOf } = await preparedFor(run, await pathOf(run.data), signal);
      const options: TrainOptions = { ...run.candidate, save: '' };
      const settings = settingsFor(options, data);
      const network = networkFor(data, settings, options);
      const weight = classWeightFor(options, data);
      return {
        network: lossOf(network, weight),
        samples: samplesOf(data.train, tensorsOf(settings), network, weight),
        optimizer: optimizerFor(options, data, settings, network),
      };
    });
}

/** What is the same for candidates that share their data. */
function keyOf({ data, isCourse, sums, backend, candidate }: TrialTask): string {
  const { test, validation, seed } = candidate;
  const read = readOptions(candidate);
  return JSON.stringify([data, isCourse, sums, backend, read, test, validation, seed]);
}

async function preparedFor(
  { isCourse, candidate, sums, backend: { name, threads } }: Omit<ShardRun, 'shards'>,
  path: string | undefined,
  signal: AbortSignal,
): Promise<Prepared> {
  const data = await sameData({ path, isCourse }, candidate, signal);
  if (hashOfSums(data) !== sums) {
    throw new DataError('The data are not those that the run began with. Put the files back.');
  }
  const backend = await useBackend(name, threads === undefined ? {} : { threads });
  return preparedOn(data, backend);
}
