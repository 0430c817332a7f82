import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { reasonOf, unreadable } from '../../src/files/reason.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const here = temporaryFolder();
const thrown = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

test('what the file system says, in words', () => {
  writeFileSync(join(here, 'file'), '');
  const missing = thrown(() => readFileSync(join(here, 'none')));
  const behindFile = thrown(() => readFileSync(join(here, 'file', 'a')));
  const folder = thrown(() => readFileSync(here));
  const taken = thrown(() => mkdirSync(join(here, 'file')));
  const long = thrown(() => readFileSync(join(here, 'a'.repeat(5000))));
  expect([missing, behindFile, folder, taken, long].map(reasonOf)).toEqual([
    'it does not exist',
    'a file stands where a folder should',
    'it is a folder',
    'a file stands where a folder should',
    'the name is too long',
  ]);
  expect([missing, behindFile, folder, long].map(unreadable)).toEqual([
    'does not exist',
    'does not exist',
    'is a folder',
    'cannot be read: the name is too long',
  ]);
});

test.each([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EROFS', 'the disk is read-only'],
])('%s: %s', (code, words) => {
  expect(reasonOf(Object.assign(new Error('as the system says it'), { code }))).toBe(words);
});

test('a code without words of ours: those of the system', () => {
  expect(reasonOf(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }))).toBe(
    'EIO: i/o error',
  );
});
