import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DataError } from '../../src/core/errors.js';
import { loadDataset } from '../../src/data/datasetFolder.js';
import { drawEmbeddedSet, embeddedDataset } from '../../src/data/embedded.js';
import { writeEmbeddedSet } from '../../src/data/embeddedFiles.js';
import { type PictureSet, pictureAt, pictureSize } from '../../src/data/pictureSet.js';

const { train, test: held } = drawEmbeddedSet(1);

/** A set with a hash for its pictures: jest takes a minute to compare them byte by byte. */
function fingerprint({ pictures, ...rest }: PictureSet) {
  return { ...rest, pictures: createHash('sha256').update(pictures).digest('hex') };
}

/** The mean of each pixel over the pictures of a class, in [0, 1]. */
function meanPicture(set: PictureSet, label: number): Float64Array {
  const sum = new Float64Array(pictureSize(set));
  const chosen = [...set.labels.keys()].filter((i) => set.labels[i] === label);
  for (const i of chosen)
    pictureAt(set, i).forEach((byte, k) => {
      sum[k] += byte;
    });
  return sum.map((total) => total / chosen.length / 255);
}

describe('the embedded set', () => {
  test('has the layout of the cat set', () => {
    for (const [set, m] of [
      [train, 209],
      [held, 50],
    ] as const) {
      // biome-ignore format: a pair each
      expect([set.m, set.height, set.width, set.channels]).toEqual([m, 64, 64, 3]);
      expect(set.pictures).toHaveLength(m * 64 * 64 * 3);
      expect(set.classes).toEqual(['other', 'animal']);
    }
  });

  test('has as many animals as others, in no order', () => {
    const animals = (set: PictureSet) => set.labels.reduce((sum, label) => sum + label, 0);
    expect([animals(train), animals(held)]).toEqual([104, 25]);
    const changes = train.labels.filter((label, i) => i > 0 && label !== train.labels[i - 1]);
    expect(changes.length).toBeGreaterThan(80); // 104 expected of a fair coin, sorted 1, in turns 208
    expect(changes.length).toBeLessThan(128);
  });

  test('is the same for the same seed and another for another', () => {
    const again = drawEmbeddedSet(1);
    expect(fingerprint(again.train)).toEqual(fingerprint(train));
    expect(fingerprint(again.test)).toEqual(fingerprint(held));
    const other = drawEmbeddedSet(2).train;
    const same = other.pictures.filter((byte, i) => byte === train.pictures[i]);
    expect(same.length / other.pictures.length).toBeLessThan(0.02); // two random bytes: 1 of 256
  });

  test('has no picture twice', () => {
    const all = [train, held].flatMap((set) =>
      Array.from({ length: set.m }, (_, i) => Buffer.from(pictureAt(set, i)).toString('base64')),
    );
    expect(new Set(all).size).toBe(259);
  });

  test('has contrast, light and dark, in each picture and each class', () => {
    for (let i = 0; i < train.m; i++) {
      const bytes = pictureAt(train, i);
      const mean = bytes.reduce((sum, byte) => sum + byte, 0) / bytes.length;
      const variance = bytes.reduce((sum, byte) => sum + (byte - mean) ** 2, 0) / bytes.length;
      expect(Math.sqrt(variance)).toBeGreaterThan(20);
    }
    for (const label of [0, 1]) {
      const values = meanPicture(train, label);
      expect(Math.min(...values)).toBeGreaterThan(0.3);
      expect(Math.max(...values)).toBeLessThan(0.7);
    }
  });

  test('tells nothing by any one pixel: the mean pictures of the classes are alike', () => {
    const [other, animal] = [meanPicture(train, 0), meanPicture(train, 1)];
    const apart = other.map((value, k) => Math.abs(value - animal[k]));
    const spread = 0.28; // of a pixel; the mean of 104 differs by 0.28 / sqrt(52) = 0.04 by chance
    expect(apart.reduce((sum, d) => sum + d, 0) / apart.length).toBeLessThan(0.06);
    expect(Math.max(...apart)).toBeLessThan(5 * (spread / Math.sqrt(52)));
  });

  test('is a dataset with a hash for each file', async () => {
    const dataset = await embeddedDataset();
    expect(dataset).toMatchObject({ name: 'embedded', classes: ['other', 'animal'] });
    expect(fingerprint(dataset.train)).toEqual(fingerprint(train));
    expect(fingerprint(dataset.test)).toEqual(fingerprint(held));
    expect(dataset.files.train.sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('written to a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'handgrad-embedded-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('it is read by the loader of all data sets, with the same hashes', async () => {
    const to = join(folder, 'new');
    await writeEmbeddedSet(to);
    expect((await readdir(to)).sort()).toEqual(['test_embedded.h5', 'train_embedded.h5']);
    const [fromDisk, inMemory] = [await loadDataset(to), await embeddedDataset()];
    expect(fromDisk.name).toBe(inMemory.name);
    for (const part of ['train', 'test'] as const) {
      const path = join(to, `${part}_embedded.h5`);
      expect(fromDisk.files[part]).toEqual({ ...inMemory.files[part], path });
      expect(fingerprint(fromDisk[part])).toEqual(fingerprint(inMemory[part]));
    }
    await writeEmbeddedSet(to); // twice does no harm
  });

  test('it replaces nothing', async () => {
    await writeFile(join(folder, 'test_embedded.h5'), 'mine');
    await expect(writeEmbeddedSet(folder)).rejects.toThrow(DataError);
    await expect(writeEmbeddedSet(folder)).rejects.toThrow(
      /test_embedded\.h5 holds something else than the embedded set\. Move it away/,
    );
    expect(await readdir(folder)).toEqual(['test_embedded.h5']);
  });

  test('it says so where it cannot write', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(writeEmbeddedSet(file)).rejects.toThrow(DataError);
    await expect(writeEmbeddedSet(file)).rejects.toThrow(/cannot be written: .+Choose another/);
  });
});
