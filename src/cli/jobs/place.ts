import { DataError } from '../../core/errors.js';
import type { FolderStore } from '../../jobs/folderStore.js';
import { layOut } from '../../jobs/manifest.js';
import type { Hash } from '../../jobs/store.js';
import { useBackend } from '../../runtime/backends.js';
import { readOptions, sameData } from '../train/data.js';
import { hashOfSums } from '../tune/journal.js';
import { type Prepared, preparedOn } from '../tune/prepared.js';
import type { Place } from './trial.js';
import type { Source, TrialTask } from './trialTask.js';

/** Whether tasks may name files of this machine: not where they come from another one. */
export type Origin = 'here' | 'elsewhere';

/** Where files lie here that a task names. */
export const pathsIn =
  (store: FolderStore, origin: Origin) =>
  async (source: Source | undefined): Promise<string | undefined> => {
    if (source === undefined) return undefined;
    if ('manifest' in source) return layOut(source.manifest, store);
    if (origin === 'here') return source.path;
    throw new DataError('The task names a file of another machine, and not its hash.');
  };

/** Brings a task's data and backend, and keeps those of the last one. */
export function placesIn(store: FolderStore, origin: Origin) {
  let last: { readonly key: string; readonly prepared: Prepared } | undefined;
  const pathOf = pathsIn(store, origin);
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

/** @throws DataError where data are not those that a task was made for */
export function assertSums(data: Parameters<typeof hashOfSums>[0], sums: Hash): void {
  if (hashOfSums(data) === sums) return;
  throw new DataError('The data are not those that the search began with. Put the files back.');
}

async function preparedFor(
  { isCourse, candidate, sums, backend: { name, threads } }: TrialTask,
  path: string | undefined,
  signal: AbortSignal,
): Promise<Prepared> {
  const data = await sameData({ path, isCourse }, candidate, signal);
  assertSums(data, sums);
  const backend = await useBackend(name, threads === undefined ? {} : { threads });
  return preparedOn(data, backend);
}
