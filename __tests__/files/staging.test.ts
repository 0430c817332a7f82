import {
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { removeEmpty } from '../../src/files/durable.js';
import { isOwner, newOwner } from '../../src/files/owner.js';
import { removeAll, stagingPath, sweepStaging, withStaging } from '../../src/files/staging.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { realDiskAfterEach, recordingDisk } from './faultyDisk.js';

realDiskAfterEach();
const root = temporaryFolder();
let made = 0;
const newFolder = () => {
  const path = join(root, String(made++));
  mkdirSync(path);
  return path;
};
const age = (path: string, seconds: number) => {
  const then = Date.now() / 1000 - seconds;
  utimesSync(path, then, then);
};
const deadOwner = () => newOwner().replace(/-\d+-\d+-/, `-${process.ppid}-1-`);
const elsewhere = () => newOwner().replace(/^.{8}/, '00000000');

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

test('what work gives is given; where a staging folder cannot be made that is the error', async () => {
  const folder = newFolder();
  expect(await withStaging(folder, async () => 7)).toBe(7);
  recordingDisk(({ name }) => (name === 'mkdir' ? 'EROFS' : undefined));
  await expect(withStaging(join(folder, 'new'), async () => 7)).rejects.toMatchObject({
    code: 'EROFS',
  });
});

test('the path of one names its owner, and is another each time', () => {
  const [a, b] = [stagingPath(root), stagingPath(root)];
  expect(a.startsWith(join(root, '.writing-'))).toBe(true);
  expect(isOwner(a.slice(join(root, '.writing-').length))).toBe(true);
  expect(a).not.toBe(b);
});

describe('what was left behind', () => {
  const left = (folder: string, owner: string) => {
    const path = join(folder, `.writing-${owner}`);
    mkdirSync(join(path, 'deep'), { recursive: true });
    writeFileSync(join(path, 'deep', 'half'), 'written');
    return path;
  };

  test("by a dead process goes, with all that is in it; a living one's stays", async () => {
    const folder = newFolder();
    left(folder, deadOwner());
    const own = left(folder, newOwner());
    await withStaging(folder, async () => {});
    expect(readdirSync(folder)).toEqual([own.slice(folder.length + 1)]);
    expect(readdirSync(join(own, 'deep'))).toEqual(['half']);
  });

  test('by another machine goes after a day', async () => {
    const folder = newFolder();
    const [young, old] = [left(folder, elsewhere()), left(folder, elsewhere())];
    age(young, 86_000);
    age(old, 86_800);
    await sweepStaging(folder);
    expect(readdirSync(folder)).toEqual([young.slice(folder.length + 1)]);
  });

  test('by another machine stays where it is not known how old it is', async () => {
    const folder = newFolder();
    age(left(folder, elsewhere()), 90_000);
    recordingDisk(({ name }) => (name === 'stat' ? 'EIO' : undefined));
    await sweepStaging(folder);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('by anyone else is not ours to remove', async () => {
    const folder = newFolder();
    const others = [
      deadOwner(),
      `.writing-${deadOwner()}x`,
      '.writing-mine',
      `writing-${deadOwner()}`,
    ];
    for (const name of others) {
      mkdirSync(join(folder, name));
      age(join(folder, name), 90_000);
    }
    await sweepStaging(folder);
    expect(readdirSync(folder).sort()).toEqual([...others].sort());
  });

  test('what cannot be read or removed stays, and is no error', async () => {
    const folder = newFolder();
    left(folder, deadOwner());
    recordingDisk(({ name }) => (name === 'readdir' ? 'EACCES' : undefined));
    await sweepStaging(folder);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('a folder that was just made is not looked through', async () => {
    const calls = recordingDisk();
    const path = join(newFolder(), 'new');
    await withStaging(path, async () => {});
    expect(calls).not.toContain(`readdir ${path}`);
  });
});

describe('removing all', () => {
  test('a file, a folder, a link and not what it leads to, and what is not there', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'a', 'b'), { recursive: true });
    for (const name of ['x', 'a/y', 'a/b/z']) writeFileSync(join(folder, name), '');
    const outside = newFolder();
    writeFileSync(join(outside, 'mine'), '');
    symlinkSync(outside, join(folder, 'a', 'link'));
    await removeAll(folder);
    expect(existsSync(folder)).toBe(false);
    expect(readdirSync(outside)).toEqual(['mine']);
    const calls = recordingDisk();
    await removeAll(folder);
    expect(calls).toEqual([`unlink ${folder}`]);
  });

  test('as far as that goes', async () => {
    const folder = newFolder();
    for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, name), '');
    const kept = join(folder, 'b');
    recordingDisk(({ name, path }) => (name === 'unlink' && path === kept ? 'EACCES' : undefined));
    await removeAll(folder);
    expect(readdirSync(folder)).toEqual(['b']);
  });
});
