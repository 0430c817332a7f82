import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ModelError } from '../../src/core/errors.js';
import { useDisk } from '../../src/files/disk.js';
import { isMissing, type Version, writeVersion } from '../../src/files/version.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const root = temporaryFolder();
let made = 0;
const newPath = () => join(root, String(made++));
const version = (n: number): Version => ({
  fresh: { [`part.${n}`]: `part ${n}`, [join('in', `part.${n}`)]: `inner ${n}` },
  commit: { name: 'index', contents: `part.${n}` },
  copies: { copy: n === 1 ? 'copy 1' : undefined },
  isLeftover: (name) => /part\.\d+$/.test(name) && !name.endsWith(`.${n}`),
});
const write = (path: string, n: number, verify?: (staged: string) => Promise<void>) =>
  writeVersion(path, async () => version(n), ModelError, verify);
const contents = (path: string) =>
  Object.fromEntries(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, path: older, name }) => {
        const file = join(parentPath ?? older, name);
        return [file.slice(path.length + 1), readFileSync(file, 'utf8')];
      }),
  );
const first = { 'part.1': 'part 1', 'in/part.1': 'inner 1', index: 'part.1', copy: 'copy 1' };
const second = { 'part.2': 'part 2', 'in/part.2': 'inner 2', index: 'part.2' };

test('a version takes the place of another; what is not of it stays', async () => {
  const path = newPath();
  await write(path, 1);
  expect(contents(path)).toEqual(first);
  writeFileSync(join(path, 'mine'), 'mine');
  await write(path, 2);
  expect(contents(path)).toEqual({ ...second, mine: 'mine' });
});

test('it is whole before it counts, and a check that throws leaves the old one', async () => {
  const path = newPath();
  await write(path, 1);
  const refused = new ModelError('not good enough');
  const writing = write(path, 2, async (staged) => {
    expect(contents(staged)).toEqual(second);
    expect(contents(path)).toMatchObject(first);
    throw refused;
  });
  await expect(writing).rejects.toBe(refused);
  expect(contents(path)).toEqual(first);
});

test('all is synced before the rename that counts, and the folder behind it', async () => {
  const path = newPath();
  const calls: string[] = [];
  useDisk((real) => ({
    ...real,
    open: async (file, flags) => {
      const opened = await real.open(file, flags);
      const name = file.split('/').at(-1)!;
      return { ...opened, sync: async () => void calls.push(`sync ${name}`) };
    },
    rename: async (from, to) => {
      calls.push(`rename ${to.split('/').at(-1)}`);
      await real.rename(from, to);
    },
  }));
  try {
    await write(path, 1);
  } finally {
    useDisk();
  }
  const [commit, folder] = [calls.indexOf('rename index'), path.split('/').at(-1)];
  const before = calls.slice(0, commit);
  for (const name of ['part.1', 'index', 'copy']) {
    expect(before).toContain(`sync ${name}`);
  }
  // The names of the parts: once they have them.
  expect(before.lastIndexOf(`sync ${folder}`)).toBeGreaterThan(before.lastIndexOf('rename part.1'));
  expect(before.lastIndexOf('sync in')).toBeGreaterThan(before.lastIndexOf('rename part.1'));
  expect(calls[commit + 1]).toBe(`sync ${folder}`);
});

test('a folder in the way of the last file: nothing is moved', async () => {
  const path = newPath();
  await write(path, 1);
  mkdirSync(join(path, 'x'));
  const hindered: Version = { ...version(2), copies: { x: 'a file' } };
  await expect(writeVersion(path, async () => hindered, ModelError)).rejects.toThrow(
    `${join(path, 'x')} cannot be written: it is a folder.`,
  );
  expect(contents(path)).toEqual(first);
});

test('what cannot be looked at is not missing', async () => {
  const path = newPath();
  expect(await isMissing(path)).toBe(true);
  useDisk((real) => ({
    ...real,
    stat: () => Promise.reject(Object.assign(new Error(), { code: 'EIO' })),
  }));
  expect(await isMissing(path).finally(() => useDisk())).toBe(false);
});
