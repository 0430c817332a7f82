import type { FolderStore } from '../../jobs/folderStore.js';
import { useBackend } from '../../runtime/backends.js';
import { foldData } from '../crossValidate/foldData.js';
import { readOptions, sameWhole, type WholeData } from '../train/data.js';
import { preparedOn } from '../tune/prepared.js';
import type { FoldTask } from './foldTask.js';
import { keepingLast } from './keepingLast.js';
import { assertSums, type Origin, pathsIn } from './place.js';
import type { Place } from './trial.js';

/** Brings a fold's data and backend, and keeps the data of the last one: the next fold is of the same. */
export function foldPlacesIn(store: FolderStore, origin: Origin) {
  const pathOf = pathsIn(store, origin);
  const kept = keepingLast<WholeData>();

  const wholeOf = ({ data, isCourse, sums, candidate }: FoldTask, signal: AbortSignal) =>
    kept(JSON.stringify([data, isCourse, sums, readOptions(candidate)]), async () => {
      const path = await pathOf(data);
      const whole = await sameWhole({ path, isCourse }, candidate, signal);
      assertSums(whole, sums);
      return whole;
    });

  return async (task: FoldTask, signal: AbortSignal): Promise<Place> => {
    const { fold, folds, candidate, backend } = task;
    const whole = await wholeOf(task, signal);
    const { name, threads } = backend;
    const used = await useBackend(name, threads === undefined ? {} : { threads });
    const data = foldData(whole, { fold, folds, seed: candidate.seed });
    return { prepared: preparedOn(data, used), from: await pathOf(task.from) };
  };
}
