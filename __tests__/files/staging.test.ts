import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { removeEmpty } from '../../src/files/durable.js';
import { withStaging } from '../../src/files/staging.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const root = temporaryFolder();

test('a staging folder lies inside, and is gone afterwards, as are the folders made for it', async () => {
  const folder = join(root, 'a', 'b');
  const inside = await withStaging(folder, async (staging) => {
    expect(readdirSync(folder)).toHaveLength(1);
    writeFileSync(join(staging, 'half'), 'written');
    return staging.startsWith(folder);
  });
  expect(inside).toBe(true);
  expect(existsSync(join(root, 'a'))).toBe(false);
});

test('what work has thrown comes through; a folder that was there stays', async () => {
  const folder = join(root, 'old');
  mkdirSync(folder);
  const failed = new Error('the disk is full');
  await expect(withStaging(folder, () => Promise.reject(failed))).rejects.toBe(failed);
  expect(readdirSync(folder)).toEqual([]);
});

test('empty folders are removed from the innermost out, up to one that is not empty', async () => {
  const deep = join(root, 'x', 'y', 'z');
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(root, 'x', 'file'), '');
  await removeEmpty(deep, join(root, 'x'));
  expect(readdirSync(join(root, 'x'))).toEqual(['file']);
});
