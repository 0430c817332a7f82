import { DataError } from '../../core/errors.js';
import type { Pictures } from '../../course/experiment.js';
import { isCatSet } from '../../data/catSet.js';
import { asOwnData, type Dataset } from '../../data/dataset.js';
import { loadDataset } from '../../data/datasetFolder.js';
import { embeddedDataset } from '../../data/embedded.js';
import { pictureSize } from '../../data/pictureSet.js';
import type { FolderStore } from '../../jobs/folderStore.js';
import type { Store } from '../../jobs/store.js';
import { pictureByIndex } from '../../report/pictures.js';
import type { PicturesTask } from './experimentTask.js';
import { keepingLast } from './keepingLast.js';
import { assertSums, type Origin, pathsIn } from './place.js';

/** Brings the pictures of experiments, and keeps the data of the last one: the next is of the same. */
export function picturesIn(folder: FolderStore, origin: Origin) {
  const pathOf = pathsIn(folder, origin);
  const kept = keepingLast<Dataset>();
  return async ({ data, sums, index, own }: PicturesTask, store: Store): Promise<Pictures> => {
    const dataset = await kept(JSON.stringify([data, sums]), async () => {
      const path = await pathOf(data);
      const read = path === undefined ? await embeddedDataset() : await loadDataset(path);
      assertSums(asOwnData(read), sums);
      return read;
    });
    pictureByIndex(dataset.train, index);
    const areCats = isCatSet(dataset);
    if (own === undefined) return { dataset, areCats, index };
    const bytes = await store.get(own.bytes);
    if (bytes.length !== pictureSize(dataset.train)) {
      throw new DataError(`${own.name} has not the size of the set's pictures. Run it once more.`);
    }
    return { dataset, areCats, index, own: { name: own.name, data: bytes } };
  };
}
