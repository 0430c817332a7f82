import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Pictures } from '../../course/experiment.js';
import { asOwnData } from '../../data/dataset.js';
import type { Store } from '../../jobs/store.js';
import type { ExperimentTask, PicturesTask } from '../jobs/experimentTask.js';
import type { Source } from '../jobs/trialTask.js';
import { hashOfSums } from '../tune/journal.js';
import type { Planned } from './planned.js';

/**
 * The jobs of the course: one for each experiment.
 *
 * @param sourceOf how a job names the two files of a folder.
 */
export async function tasksOf(
  { chosen, backend, pictures: asked }: Planned,
  store: Store,
  sourceOf: (folder: string, files: readonly string[]) => Promise<Source>,
): Promise<ExperimentTask[]> {
  const { threads } = backend.versions;
  const common = { backend: { name: backend.name, ...(threads && { threads: Number(threads) }) } };
  const pictures = asked && (await picturesTask(asked, store, sourceOf));
  return chosen.map(({ name, asksForPictures }) => ({
    ...{ name, ...common },
    ...(asksForPictures && { pictures }),
  }));
}

async function picturesTask(
  { dataset, index, own }: Pictures,
  store: Store,
  sourceOf: Parameters<typeof tasksOf>[2],
): Promise<PicturesTask> {
  const files = [dataset.files.train.path, dataset.files.test.path];
  const areFiles = existsSync(files[0]); // the embedded set has none
  return {
    ...(areFiles && { data: await sourceOf(dirname(files[0]), files) }),
    ...{ sums: hashOfSums(asOwnData(dataset)), index },
    ...(own && { own: { name: own.name, bytes: await store.put(own.data) } }),
  };
}
