import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DataError } from '../../src/core/errors.js';
import { loadDataset } from '../../src/data/datasetFolder.js';
import { writePictureFile } from '../../src/data/hdf5.js';
import type { PictureSet } from '../../src/data/pictureSet.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handgrad-dataset-'));
});
afterEach(() => rm(folder, { recursive: true }));

function pictures(labels: number[], changes: Partial<PictureSet> = {}): PictureSet {
  const m = labels.length;
  const shape = { m, height: 2, width: 2, channels: 3, classes: ['other', 'cat'], ...changes };
  const size = m * shape.height * shape.width * shape.channels;
  const bytes = Uint8Array.from({ length: size }, (_, i) => i);
  return { pictures: bytes, labels: Uint8Array.from(labels), ...shape };
}

async function put(name: string, set: PictureSet): Promise<void> {
  const part = name.startsWith('train') ? 'train' : 'test';
  await writeFile(join(folder, name), await writePictureFile(set, part));
}

async function expectDataError(message: RegExp | string): Promise<void> {
  await expect(loadDataset(folder)).rejects.toThrow(DataError);
  await expect(loadDataset(folder)).rejects.toThrow(message);
}

describe('a folder with a pair', () => {
  test('is read, and its files are named and hashed', async () => {
    await put('train_pets.h5', pictures([0, 1, 1]));
    await put('test_pets.h5', pictures([1]));
    const dataset = await loadDataset(folder);
    expect(dataset).toMatchObject({
      name: 'pets',
      classes: ['other', 'cat'],
      train: pictures([0, 1, 1]),
      test: pictures([1]), // one class is enough to test on
    });
    for (const part of ['train', 'test'] as const) {
      const path = join(folder, `${part}_pets.h5`);
      const bytes = await readFile(path);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      expect(dataset.files[part]).toEqual({ path, bytes: bytes.length, sha256 });
    }
  });

  test.each([
    ['train.h5', 'test.h5', undefined],
    ['train-2024.h5', 'test-2024.h5', '2024'],
    ['train_a.h5', 'test_b.h5', 'a'],
  ])('%s and %s', async (train, test, name) => {
    await put(train, pictures([0, 1]));
    await put(test, pictures([0, 1]));
    await writeFile(join(folder, 'notes.txt'), 'mine');
    expect((await loadDataset(folder)).name).toBe(name ?? basename(folder));
  });

  test('several: the cat set goes first', async () => {
    for (const name of ['dogs', 'catvnoncat']) {
      await put(`train_${name}.h5`, pictures([0, 1]));
      await put(`test_${name}.h5`, pictures([0, 1]));
    }
    expect((await loadDataset(folder)).name).toBe('catvnoncat');
  });
});

describe('a folder that is not right', () => {
  test('missing', async () => {
    await rm(folder, { recursive: true });
    await expectDataError(`The folder ${folder} does not exist. Give a folder with a pair`);
    await mkdir(folder);
  });

  test('a file', async () => {
    const file = join(folder, 'train.h5');
    await writeFile(file, '');
    await expect(loadDataset(file)).rejects.toThrow(`The folder ${file} is not a folder.`);
  });

  test('empty', () => expectDataError(`${folder} has no file train*.h5. Give a folder`));

  test('half a pair', async () => {
    await put('train.h5', pictures([0, 1]));
    await expectDataError(`${folder} has no file test*.h5. Give a folder`);
  });

  test('several pairs', async () => {
    for (const name of ['train_a.h5', 'train_b.h5', 'test_a.h5', 'test_b.h5']) {
      await put(name, pictures([0, 1]));
    }
    await expectDataError(
      /several files to choose from: train_a.h5, train_b.h5, test_a.h5, test_b.h5\. Keep one pair/,
    );
  });

  test('a folder in place of a file', async () => {
    await put('train.h5', pictures([0, 1]));
    await mkdir(join(folder, 'test.h5'));
    await expectDataError(`The file ${join(folder, 'test.h5')} is a folder.`);
  });

  test('a file that cannot be read names itself', async () => {
    await put('train.h5', pictures([0, 1]));
    await writeFile(join(folder, 'test.h5'), 'no HDF5');
    await expectDataError(`${join(folder, 'test.h5')} is not an HDF5 file`);
  });

  test('pictures of two sizes', async () => {
    await put('train.h5', pictures([0, 1]));
    await put('test.h5', pictures([0, 1], { width: 3 }));
    await expectDataError(/test\.h5 has pictures of 2 x 3, but .+train\.h5 of 2 x 2\. Give both/);
  });

  test('other classes', async () => {
    await put('train.h5', pictures([0, 1]));
    await put('test.h5', pictures([0, 1], { classes: ['cat', 'other'] }));
    await expectDataError(/test\.h5 has the classes cat, other, but .+ has other, cat\./);
  });

  test('one class only', async () => {
    await put('train.h5', pictures([1, 1]));
    await put('test.h5', pictures([0, 1]));
    await expectDataError(
      /train\.h5 has pictures of one class only, 'cat'\. Give pictures of both/,
    );
  });
});

const real = [process.env.HANDGRAD_DATA, '../shared/data/catvnoncat'].find(
  (path) => path !== undefined && existsSync(join(path, 'train_catvnoncat.h5')),
);
if (!real) console.warn('Not run: the cat set. Set HANDGRAD_DATA to its folder.');

(real ? describe : describe.skip)('the cat set', () => {
  test('has 209 pictures to train on and 50 to test on', async () => {
    const { name, classes, train, test, files } = await loadDataset(real!);
    expect({ name, classes }).toEqual({ name: 'catvnoncat', classes: ['non-cat', 'cat'] });
    // Counts as the course prints them, hashes as published with the files.
    expect([train.m, test.m, train.height, train.width, train.channels]).toEqual([
      209, 50, 64, 64, 3,
    ]);
    const cats = (set: PictureSet) => set.labels.reduce((sum, label) => sum + label, 0);
    expect([cats(train), cats(test)]).toEqual([72, 33]);
    expect([...train.pictures.subarray(0, 3)]).toEqual([17, 31, 56]);
    expect(files.train.sha256).toBe(
      'fbe56ab67c3ae28d564e3a644189117976d6b31af0a3ce9bb17dbf22908af242',
    );
    expect(files.test.sha256).toBe(
      '6a9d39ce52fa85953c5834695b8534a30ed8cfd54971fb2f080b5a24d002b951',
    );
  });
});
