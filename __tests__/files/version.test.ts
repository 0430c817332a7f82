import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ModelError } from '../../src/core/errors.js';
import { useDisk } from '../../src/files/disk.js';
import { lockName } from '../../src/files/lock.js';
import { isMissing, type Version, writeVersion } from '../../src/files/version.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { failure, realDiskAfterEach, recordingDisk } from './faultyDisk.js';

realDiskAfterEach();
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

test.each(['ENOENT', 'ENOTDIR'])('what is not there is missing: %s', async (code) => {
  recordingDisk(({ name }) => (name === 'stat' ? code : undefined));
  expect(await isMissing(root)).toBe(true);
  useDisk();
  expect(await isMissing(root)).toBe(false);
});

describe('before the commit a failure leaves what was there, and nothing of the new one', () => {
  const names = (path: string) => readdirSync(path, { recursive: true }).map(String).sort();

  test.each([
    ['the second file does not get its place', 'rename', join('in', 'part.2')],
    ['the commit does not get its place', 'rename', 'index'],
    ['a folder of it cannot be synced', 'sync', 'in'],
  ])('%s', async (_, call, file) => {
    const path = newPath();
    await write(path, 1);
    const before = names(path);
    recordingDisk(({ name, path: at }) =>
      name === call && at === join(path, file) ? 'EIO' : undefined,
    );
    await expect(write(path, 2)).rejects.toThrow(`${path} cannot be written: EIO it is.`);
    expect(contents(path)).toEqual(first);
    expect(names(path)).toEqual(before);
  });

  test('folders that were made go too, those that were there stay', async () => {
    const path = newPath();
    mkdirSync(join(path, 'in'), { recursive: true });
    const inNew: Version = {
      ...version(1),
      fresh: { [join('new', 'a')]: 'a', [join('in', 'b')]: 'b' },
    };
    recordingDisk(({ name, path: at }) =>
      name === 'rename' && at === join(path, 'index') ? 'EIO' : undefined,
    );
    await expect(writeVersion(path, async () => inNew, ModelError)).rejects.toThrow(ModelError);
    expect(names(path)).toEqual(['in']);
  });

  test('a fresh file that was there already is of the version that counts: it stays', async () => {
    const path = newPath();
    await write(path, 1);
    recordingDisk(({ name, path: at }) =>
      name === 'rename' && at === join(path, 'index') ? 'EIO' : undefined,
    );
    await expect(write(path, 1)).rejects.toThrow(ModelError);
    expect(contents(path)).toEqual(first);
  });

  test('so does what cannot be taken away: the error is that of the write', async () => {
    const path = newPath();
    await write(path, 1);
    recordingDisk(({ name, path: at }) =>
      (name === 'rename' && at === join(path, 'index')) || (name === 'unlink' && /part/.test(at))
        ? 'EIO'
        : undefined,
    );
    await expect(write(path, 2)).rejects.toThrow('EIO it is');
    expect(contents(path)).toMatchObject(first);
  });

  test('who has lost the lock does not commit', async () => {
    const path = newPath();
    await write(path, 1);
    const writing = write(path, 2, async () => {
      writeFileSync(join(path, lockName), 'of another');
    });
    await expect(writing).rejects.toThrow(
      `${path} cannot be written: another process has begun to write there.`,
    );
    expect(contents(path)).toEqual({ ...first, [lockName]: 'of another' });
  });

  test('a folder is in the way of the commit: seen before anything is moved', async () => {
    const path = newPath();
    mkdirSync(join(path, 'index'), { recursive: true });
    await expect(write(path, 1)).rejects.toThrow(`${join(path, 'index')} cannot be written`);
    expect(names(path)).toEqual(['index']);
  });

  test('what it is to hold is asked for once nobody else writes there', async () => {
    const path = newPath();
    let seen: string[] = [];
    await writeVersion(
      path,
      async () => {
        seen = readdirSync(path);
        return version(1);
      },
      ModelError,
    );
    expect(seen).toContain(lockName);
  });
});

describe('behind the commit the version counts', () => {
  const message = (path: string, at: string, why: string) =>
    `${path} holds what was saved, but ${at} cannot be brought up to date: ${why}. Save once more, or to another folder.`;

  test.each([
    ['a copy does not get its place', 'rename', 'copy', 'copy'],
    ['the folder cannot be synced', 'sync', '', ''],
  ])('%s: an error says so, and the parts stay', async (_, call, file, at) => {
    const path = newPath();
    let isCommitted = false;
    recordingDisk((one) => {
      if (one.name === 'rename' && one.path === join(path, 'index')) isCommitted = true;
      return isCommitted && one.name === call && one.path === join(path, file)
        ? 'ENOSPC'
        : undefined;
    });
    const writing = write(path, 1);
    await expect(writing).rejects.toThrow(ModelError);
    await expect(writing).rejects.toThrow(message(path, join(path, at), 'the disk is full'));
    await expect(writing).rejects.toMatchObject({ cause: { code: 'ENOSPC' } });
    expect(contents(path)).toMatchObject({ 'part.1': 'part 1', index: 'part.1' });
  });

  test('a copy that is not to be there, and is not, is no error; one that stays is', async () => {
    const path = newPath();
    await write(path, 2);
    expect(contents(path)).toEqual(second);
    await write(path, 1);
    recordingDisk(({ name, path: at }) =>
      name === 'unlink' && at === join(path, 'copy') ? 'EACCES' : undefined,
    );
    await expect(write(path, 2)).rejects.toThrow(
      message(path, join(path, 'copy'), 'permission denied'),
    );
    expect(contents(path)).toMatchObject({ ...second, copy: 'copy 1' });
  });

  test('copies in folders of it: put there, synced, and gone with their folder', async () => {
    const path = newPath();
    const deep = (text: string | undefined): Version => ({
      ...version(1),
      copies: { [join('deep', 'copy')]: text, [join('none', 'copy')]: undefined },
    });
    mkdirSync(join(path, 'deep'), { recursive: true });
    const calls = recordingDisk();
    await writeVersion(path, async () => deep('text'), ModelError);
    expect(readFileSync(join(path, 'deep', 'copy'), 'utf8')).toBe('text');
    expect(calls.lastIndexOf(`sync ${join(path, 'deep')}`)).toBeGreaterThan(
      calls.indexOf(`rename ${join(path, 'deep', 'copy')}`),
    );
    await writeVersion(path, async () => deep(undefined), ModelError);
    expect(existsSync(join(path, 'deep'))).toBe(false);
  });

  test('a folder of a copy that cannot be synced is named', async () => {
    const path = newPath();
    mkdirSync(join(path, 'deep'), { recursive: true });
    const deep: Version = { ...version(1), copies: { [join('deep', 'copy')]: 'text' } };
    recordingDisk(({ name, path: at }) =>
      name === 'sync' && at === join(path, 'deep') ? 'EIO' : undefined,
    );
    await expect(writeVersion(path, async () => deep, ModelError)).rejects.toThrow(
      message(path, join(path, 'deep'), 'EIO it is'),
    );
  });
});

describe('what belongs to no version that counts', () => {
  test('stays for a moment, for those who are reading it, and goes', async () => {
    const path = newPath();
    await write(path, 1);
    const calls = recordingDisk();
    await write(path, 2);
    const at = (call: string) => calls.indexOf(call);
    expect(at('wait 200')).toBeGreaterThan(at(`rename ${join(path, 'index')}`));
    for (const name of ['part.1', join('in', 'part.1')]) {
      expect(at(`unlink ${join(path, name)}`)).toBeGreaterThan(at('wait 200'));
    }
  });

  test('where there is none nobody waits', async () => {
    const calls = recordingDisk();
    await write(newPath(), 1);
    expect(calls.filter((call) => call.startsWith('wait'))).toEqual([]);
  });

  test('and cannot be removed stays until the next save', async () => {
    const path = newPath();
    await write(path, 1);
    recordingDisk(({ name, path: at }) =>
      (name === 'unlink' && at === join(path, 'part.1')) ||
      (name === 'readdir' && at === join(path, 'in'))
        ? 'EACCES'
        : undefined,
    );
    await write(path, 2);
    expect(contents(path)).toEqual({ ...second, 'part.1': 'part 1', 'in/part.1': 'inner 1' });
    useDisk();
    await write(path, 2);
    expect(contents(path)).toEqual(second);
  });

  test('is left to another process where that has the lock now', async () => {
    const path = newPath();
    await write(path, 1);
    useDisk((real) => ({
      ...real,
      wait: async () => writeFileSync(join(path, lockName), 'of another'),
    }));
    await write(path, 2);
    expect(contents(path)).toMatchObject({ ...second, 'part.1': 'part 1', 'in/part.1': 'inner 1' });
  });

  test('a folder that is empty goes with it', async () => {
    const path = newPath();
    await write(path, 1);
    const flat: Version = {
      ...version(2),
      fresh: { 'part.2': 'part 2' },
      copies: { [join('in', 'x')]: undefined },
    };
    await writeVersion(path, async () => flat, ModelError);
    expect(readdirSync(path).sort()).toEqual(['copy', 'index', 'part.2']);
  });
});

test('a mistake of the disk has its own words where there are none', async () => {
  useDisk((real) => ({ ...real, mkdir: () => Promise.reject(failure('EIO')) }));
  await expect(write(newPath(), 1)).rejects.toThrow('EIO it is');
});
