import { DataError } from '../../core/errors.js';
import type { FolderStore } from '../../jobs/folderStore.js';
import { layOut } from '../../jobs/manifest.js';
import { useBackend } from '../../runtime/backends.js';
import { readOptions, sameData } from '../train/data.js';
import { hashOfSums } from '../tune/journal.js';
import { type Prepared, preparedOn } from '../tune/prepared.js';
import type { Place } from './trial.js';
import type { Source, TrialTask } from './trialTask.js';

/** Whether tasks may name files of this machine: not where they come from another one. */
export type Origin = 'here' | 'elsewhere';

/** Brings a task's data and backend, and keeps those of the last one. */
export function placesIn(store: FolderStore, origin: Origin) {
  let last: { readonly key: string; readonly prepared: Prepared } | undefined;
  const pathOf = async (source: Source | undefined): Promise<string | undefined> => {
    if (source === undefined) return undefined;
    if ('manifest' in source) return layOut(source.manifest, store);
    if (origin === 'here') return source.path;
    throw new DataError('The task names a file of another machine, and not its hash.');
  };
  return async (task: TrialTask, signal: AbortSignal): Promise<Place> => {
    const from = await pathOf(task.from);
    const key = keyOf(task);
    if (last?.key === key) return { prepared: last.prepared, from };
    last = undefined; // room for the next
    const prepared = await preparedFor(task, await pathOf(task.data), signal);
    last = { key, prepared };
    return { prepared, from };
  };
}

/** What is the same for jobs that share their data. */
function keyOf({ data, isCourse, sums, backend, candidate }: TrialTask): string {
  const { test, validation, seed } = candidate;
  const read = readOptions(candidate);
  return JSON.stringify([data, isCourse, sums, backend, read, test, validation, seed]);
}

async function preparedFor(
  { isCourse, candidate, sums, backend: { name, threads } }: TrialTask,
  path: string | undefined,
  signal: AbortSignal,
): Promise<Prepared> {
  const data = await sameData({ path, isCourse }, candidate, signal);
  if (hashOfSums(data) !== sums) {
    throw new DataError('The data are not those that the search began with. Put the files back.');
  }
  const backend = await useBackend(name, threads === undefined ? {} : { threads });
  return preparedOn(data, backend);
}
