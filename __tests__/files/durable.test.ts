import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { DiskFile } from '../../src/files/disk.js';
import {
  makeFolder,
  removeEmpty,
  syncFolder,
  writeAll,
  writeNew,
} from '../../src/files/durable.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { realDiskAfterEach, recordingDisk } from './faultyDisk.js';

realDiskAfterEach();
const root = temporaryFolder();
let made = 0;
const newPath = () => join(root, String(made++));
const withCode = (code: string) => expect.objectContaining({ code });

describe('a new file', () => {
  test('of text, as UTF-8, and of bytes: written, synced and closed, in this order', async () => {
    for (const [contents, bytes] of [
      ['é', [0xc3, 0xa9]],
      [Uint8Array.of(7, 0, 255), [7, 0, 255]],
    ] as const) {
      const path = newPath();
      const calls = recordingDisk();
      await writeNew(path, contents);
      expect([...readFileSync(path)]).toEqual([...bytes]);
      expect(calls).toEqual(['open wx', 'write', 'sync', 'close'].map((call) => `${call} ${path}`));
    }
  });

  test('of no bytes', async () => {
    const path = newPath();
    await writeNew(path, '');
    expect(readFileSync(path)).toHaveLength(0);
  });

  test('does not take the place of one that is there', async () => {
    const path = newPath();
    writeFileSync(path, 'mine');
    await expect(writeNew(path, 'new')).rejects.toEqual(withCode('EEXIST'));
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  test.each(['write', 'sync'])(
    'where %s fails that is the error, and it is closed',
    async (call) => {
      for (const alsoClose of [false, true]) {
        const calls = recordingDisk(({ name }) =>
          name === call ? 'ENOSPC' : name === 'close' && alsoClose ? 'EIO' : undefined,
        );
        await expect(writeNew(newPath(), 'new')).rejects.toEqual(withCode('ENOSPC'));
        expect(calls.at(-1)).toMatch(/^close/);
      }
    },
  );

  test('a disk that says only when it is closed that it is full is believed', async () => {
    recordingDisk(({ name }) => (name === 'close' ? 'EDQUOT' : undefined));
    await expect(writeNew(newPath(), 'new')).rejects.toEqual(withCode('EDQUOT'));
  });
});

describe('all bytes', () => {
  const taking = (most: number) => {
    const taken: number[] = [];
    const sizes: number[] = [];
    const file: DiskFile = {
      write: async (bytes) => {
        sizes.push(bytes.length);
        const now = bytes.subarray(0, most);
        if (bytes.length < 100) taken.push(...now);
        return now.length;
      },
      sync: async () => {},
      close: async () => {},
    };
    return { file, taken, sizes };
  };

  test.each([1, 2, 3, 7])('of a disk that takes %d at once', async (most) => {
    const { file, taken } = taking(most);
    await writeAll(file, Uint8Array.of(1, 2, 3, 4, 5, 6, 7));
    expect(taken).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('64 MB at once at most', async () => {
    const { file, sizes } = taking(2 ** 30);
    await writeAll(file, new Uint8Array(2 ** 26 + 3));
    expect(sizes).toEqual([2 ** 26, 3]);
  });

  test('a disk that takes none is not asked for ever', async () => {
    await expect(writeAll(taking(0).file, Uint8Array.of(1))).rejects.toMatchObject({
      ...{ code: 'EIO', message: 'no byte is taken' },
    });
  });
});

describe('the names of a folder', () => {
  test('are synced, and it is closed', async () => {
    const calls = recordingDisk();
    await syncFolder(root);
    expect(calls).toEqual(['open r', 'sync', 'close'].map((call) => `${call} ${root}`));
  });

  test.each(['EINVAL', 'ENOTSUP', 'ENOSYS'])('a disk that has no such call: %s', async (code) => {
    const calls = recordingDisk(({ name }) => (name === 'sync' ? code : undefined));
    await syncFolder(root);
    expect(calls.at(-1)).toBe(`close ${root}`);
  });

  test('one that fails is no such disk; closing it says nothing', async () => {
    const calls = recordingDisk(({ name }) => (name === 'sync' ? 'EIO' : undefined));
    await expect(syncFolder(root)).rejects.toEqual(withCode('EIO'));
    expect(calls.at(-1)).toBe(`close ${root}`);
    recordingDisk(({ name }) => (name === 'close' ? 'EIO' : undefined));
    await syncFolder(root);
  });

  test('a folder that is not there', async () => {
    await expect(syncFolder(newPath())).rejects.toEqual(withCode('ENOENT'));
  });

  test('Windows is not asked', async () => {
    const platform = Object.getOwnPropertyDescriptor(process, 'platform')!;
    Object.defineProperty(process, 'platform', { ...platform, value: 'win32' });
    const calls = recordingDisk();
    try {
      await syncFolder(root);
    } finally {
      Object.defineProperty(process, 'platform', platform);
    }
    expect(calls).toEqual([]);
  });
});

describe('a folder', () => {
  test('is made with those around it: the outermost is told, and each name is synced', async () => {
    const path = newPath();
    const calls = recordingDisk();
    expect(await makeFolder(join(path, 'a', 'b'))).toBe(path);
    expect(existsSync(join(path, 'a', 'b'))).toBe(true);
    expect(calls.filter((call) => call.startsWith('sync'))).toEqual([
      ...[root, path, join(path, 'a')].map((folder) => `sync ${folder}`),
    ]);
    expect(await makeFolder(join(path, 'c'))).toBe(join(path, 'c'));
  });

  test('that is there is left as it is', async () => {
    const calls = recordingDisk();
    expect(await makeFolder(root)).toBeUndefined();
    expect(calls.some((call) => call.startsWith('sync'))).toBe(false);
    expect(await makeFolder('/')).toBeUndefined();
  });

  test('a file in its place', async () => {
    const path = newPath();
    writeFileSync(path, 'mine');
    await expect(makeFolder(path)).rejects.toEqual(withCode('EEXIST'));
    await expect(makeFolder(join(path, 'a'))).rejects.toEqual(withCode('ENOTDIR'));
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  test('a disk without a root', async () => {
    recordingDisk(({ name }) => (name === 'mkdir' || name === 'stat' ? 'ENOENT' : undefined));
    await expect(makeFolder(newPath())).rejects.toEqual(withCode('ENOENT'));
  });

  test('whose name is not synced is taken away again', async () => {
    const path = newPath();
    recordingDisk(({ name }) => (name === 'sync' ? 'EIO' : undefined));
    await expect(makeFolder(path)).rejects.toEqual(withCode('EIO'));
    expect(existsSync(path)).toBe(false);
    recordingDisk(({ name }) =>
      name === 'sync' ? 'EIO' : name === 'rmdir' ? 'EACCES' : undefined,
    );
    await expect(makeFolder(path)).rejects.toEqual(withCode('EIO'));
  });

  test('all of them or none: where the innermost fails those around it go', async () => {
    const path = newPath();
    const deep = join(path, 'a', 'b');
    recordingDisk((call) =>
      call.name === 'mkdir' && call.path === deep && existsSync(dirname(deep))
        ? 'ENOSPC'
        : undefined,
    );
    await expect(makeFolder(deep)).rejects.toEqual(withCode('ENOSPC'));
    expect(existsSync(path)).toBe(false);
  });

  test('but not those that were there', async () => {
    const path = newPath();
    mkdirSync(path);
    recordingDisk(({ name, path }) =>
      name === 'mkdir' && path.endsWith('b') ? 'ENOSPC' : undefined,
    );
    await expect(makeFolder(join(path, 'b'))).rejects.toEqual(withCode('ENOSPC'));
    expect(existsSync(path)).toBe(true);
  });
});

describe('empty folders', () => {
  test('go from the innermost to the outermost, and no further', async () => {
    const path = newPath();
    const deep = join(path, 'x', 'y');
    mkdirSync(deep, { recursive: true });
    await removeEmpty(deep, join(path, 'x'));
    expect(readdirSync(path)).toEqual([]);
  });

  test('up to one that is not empty', async () => {
    const path = newPath();
    const deep = join(path, 'x', 'y');
    mkdirSync(deep, { recursive: true });
    writeFileSync(join(path, 'x', 'mine'), '');
    const calls = recordingDisk();
    await removeEmpty(deep, path);
    expect(readdirSync(join(path, 'x'))).toEqual(['mine']);
    expect(calls).toEqual([`rmdir ${deep}`, `rmdir ${join(path, 'x')}`]);
  });
});
