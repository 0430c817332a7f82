import { DataError } from '../../core/errors.js';
import type { FolderStore } from '../../jobs/folderStore.js';
import { layOut } from '../../jobs/manifest.js';
import type { Hash } from '../../jobs/store.js';
import { useBackend } from '../../runtime/backends.js';
import { readOptions, sameData } from '../train/data.js';
import { hashOfSums } from '../tune/journal.js';
import { type Prepared, preparedOn } from '../tune/prepared.js';
import { keepingLast } from './keepingLast.js';
import type { Place } from './trial.js';
import type { Source, Trained, TrialTask } from './trialTask.js';

/** Whether tasks may name files of this machine: not where they come from another one. */
export type Origin = 'here' | 'elsewhere';

/** Where the files of a task lie here. @throws DataError for those of another machine */
export const pathsIn =
  (store: FolderStore, origin: Origin) =>
  async (source: Source | undefined): Promise<string | undefined> => {
    if (source === undefined) return undefined;
    if ('manifest' in source) return layOut(source.manifest, store);
    if (origin === 'here') return source.path;
    throw new DataError('The task names a file of another machine, and not its hash.');
  };

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

/** What is the same for candidates that share their data. */
function keyOf({ data, isCourse, sums, backend, candidate }: TrialTask): string {
  const { test, validation, seed } = candidate;
  const read = readOptions(candidate);
  return JSON.stringify([data, isCourse, sums, backend, read, test, validation, seed]);
}

/** @throws DataError where data are not those that a task was made for */
export function assertSums(data: Parameters<typeof hashOfSums>[0], sums: Hash): void {
  if (hashOfSums(data) === sums) return;
  throw new DataError('The data are not those that the run began with. Put the files back.');
}

/** The data of a task, and its backend. @throws DataError */
export async function preparedFor(
  { isCourse, candidate, sums, backend: { name, threads } }: Omit<Trained, 'data' | 'from'>,
  path: string | undefined,
  signal: AbortSignal,
): Promise<Prepared> {
  const data = await sameData({ path, isCourse }, candidate, signal);
  assertSums(data, sums);
  const backend = await useBackend(name, threads === undefined ? {} : { threads });
  return preparedOn(data, backend);
}
