import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { picturesIn } from '../../../src/cli/jobs/picturesIn.js';
import { hashOfSums } from '../../../src/cli/tune/journal.js';
import { asOwnData } from '../../../src/data/dataset.js';
import { loadDataset } from '../../../src/data/datasetFolder.js';
import { embeddedDataset } from '../../../src/data/embedded.js';
import { FolderStore } from '../../../src/jobs/folderStore.js';
import { putListed } from '../../../src/jobs/manifest.js';
import { MemoryStore } from '../../../src/jobs/memoryStore.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { tinyPictures, writeTinySet } from '../tinySet.js';

const here = temporaryFolder();
const tiny = join(here, 'tiny');
const folder = new FolderStore(join(here, 'store'));
const store = new MemoryStore();
let sums = '';
beforeAll(async () => {
  mkdirSync(tiny);
  await writeTinySet(tiny, { train: tinyPictures(6, 2), test: tinyPictures(4, 2) });
  sums = hashOfSums(asOwnData(await loadDataset(tiny)));
});

test('the set of a folder here, with a picture of the user', async () => {
  const own = { name: 'mine.png', bytes: await store.put(new Uint8Array(12).fill(7)) };
  const at = picturesIn(folder, 'here');
  const {
    dataset,
    areCats,
    index,
    own: found,
  } = await at({ data: { path: tiny }, sums, index: 2, own }, store);
  expect([dataset.train.m, dataset.test.m, areCats, index]).toEqual([6, 4, false, 2]);
  expect(found).toEqual({ name: 'mine.png', data: new Uint8Array(12).fill(7) });
});

test('by the hash of the list of its two files; the name of the set is theirs', async () => {
  const files = ['train', 'test'].map((part) => join(tiny, `${part}_tiny.h5`));
  const manifest = await putListed(here, files, folder);
  const { dataset } = await picturesIn(folder, 'elsewhere')(
    { data: { manifest }, sums, index: 0 },
    store,
  );
  expect(dataset.name).toBe('tiny');
  expect(hashOfSums(asOwnData(dataset))).toBe(sums);
});

test('the embedded set, which has no files', async () => {
  const own = hashOfSums(asOwnData(await embeddedDataset()));
  const { dataset } = await picturesIn(folder, 'elsewhere')({ sums: own, index: 0 }, store);
  expect([dataset.train.m, dataset.test.m]).toEqual([209, 50]);
});

test.each<[string, object]>([
  ['The task names a file of another machine', { data: { path: '/etc' } }],
  ['The data are not those that the run began with', { sums: 'd'.repeat(64) }],
  ['There is no picture 6: the set has 6', { index: 6 }],
  ['mine.png has not the size', { own: { name: 'mine.png', bytes: 'short' } }],
])('%s', async (sentence, more) => {
  const origin = 'data' in more ? 'elsewhere' : 'here';
  const task = { data: { path: tiny }, sums, index: 0, ...more };
  if ('own' in more) Object.assign(task, { own: { name: 'mine.png', bytes: await store.put(new Uint8Array(11)) } }); // biome-ignore format: one line
  await expect(picturesIn(folder, origin)(task, store)).rejects.toThrow(sentence);
});

test('other files under the same name are found out', async () => {
  const other = join(here, 'other');
  mkdirSync(other);
  await writeTinySet(other, { train: tinyPictures(8, 2), test: tinyPictures(4, 2) });
  for (const part of ['train', 'test']) {
    copyFileSync(join(other, `${part}_tiny.h5`), join(tiny, `${part}_tiny.h5`));
  }
  await expect(
    picturesIn(folder, 'here')({ data: { path: tiny }, sums, index: 0 }, store),
  ).rejects.toThrow('Put the files back');
});
