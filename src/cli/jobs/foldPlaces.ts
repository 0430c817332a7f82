import type { FolderStore } from '../../jobs/folderStore.js';
import { useBackend } from '../../runtime/backends.js';
import { foldData } from '../crossValidate/foldData.js';
import { readOptions, sameWhole, type WholeData } from '../train/data.js';
import { preparedOn } from '../tune/prepared.js';
import type { FoldTask } from './foldTask.js';
import { assertSums, type Origin, pathsIn } from './place.js';
import type { Place } from './trial.js';

/** Brings a fold's data and backend, and keeps the data of the last one: the next fold is of the same. */
export function foldPlacesIn(store: FolderStore, origin: Origin) {
  let last: { readonly key: string; readonly whole: WholeData } | undefined;
  const pathOf = pathsIn(store, origin);

  const wholeOf = async ({ data, isCourse, sums, candidate }: FoldTask, signal: AbortSignal) => {
    const path = await pathOf(data);
    const key = JSON.stringify([data, isCourse, sums, readOptions(candidate)]);
    if (last?.key === key) return last.whole;
    last = undefined; // room for the next
    const whole = await sameWhole({ path, isCourse }, candidate, signal);
    assertSums(whole, sums);
    last = { key, whole };
    return whole;
  };

  return async (task: FoldTask, signal: AbortSignal): Promise<Place> => {
    const { fold, folds, candidate, backend } = task;
    const whole = await wholeOf(task, signal);
    const { name, threads } = backend;
    const used = await useBackend(name, threads === undefined ? {} : { threads });
    const data = foldData(whole, { fold, folds, seed: candidate.seed });
    return { prepared: preparedOn(data, used), from: await pathOf(task.from) };
  };
}
