import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { writeWhole } from '../../src/cli/writeWhole.js';
import { DataError } from '../../src/core/errors.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const folder = temporaryFolder();

test('replaces what was there, and leaves nothing beside it', async () => {
  const path = join(folder, 'a.csv');
  writeFileSync(path, 'old');
  await writeWhole(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['a.csv']);
});

test('a missing folder is said as such; a failure leaves nothing beside the target', async () => {
  const missing = writeWhole(join(folder, 'no', 'a.csv'), 'new');
  await expect(missing).rejects.toThrow(DataError);
  await expect(missing).rejects.toThrow(/Make the folder first\.$/);
  mkdirSync(join(folder, 'taken'));
  await expect(writeWhole(join(folder, 'taken'), 'new')).rejects.toThrow(DataError);
  await expect(writeWhole(join(folder, 'a.csv', 'b'), 'new')).rejects.toThrow(DataError);
  expect(readdirSync(folder).sort()).toEqual(['a.csv', 'taken']);
});
