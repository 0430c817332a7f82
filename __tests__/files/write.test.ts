import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { DataError, ModelError } from '../../src/core/errors.js';
import { useDisk } from '../../src/files/disk.js';
import { newOwner } from '../../src/files/owner.js';
import {
  assertFileWritable,
  assertRoom,
  assertWritable,
  replaceFile,
  writeFolder,
  writeWhole,
} from '../../src/files/write.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { realDiskAfterEach, recordingDisk } from './faultyDisk.js';

realDiskAfterEach();
const root = temporaryFolder();
let made = 0;
/** The path of a folder that is not there yet, in a parent of its own. */
const newPath = () => {
  const parent = join(root, String(made++));
  mkdirSync(parent);
  return join(parent, 'model');
};
const contents = (path: string) =>
  Object.fromEntries(
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [name, readFileSync(join(path, name), 'utf8')]),
  );

describe('writeFolder', () => {
  const old = { 'model.json': 'old model', 'weights.bin': 'old weights' };
  const next = { 'weights.bin': 'new weights', 'model.json': 'new model', 'card.json': 'new card' };
  const saveOld = async () => {
    const path = newPath();
    await writeFolder(path, old, ModelError);
    return path;
  };
  const expectUntouched = (path: string, files: Record<string, string> = old) => {
    expect(contents(path)).toEqual(files);
    expect(readdirSync(join(path, '..'))).toEqual(['model']); // no temporary
  };

  test('lets the check read the whole of it before it counts', async () => {
    const path = await saveOld();
    let staged = {};
    await writeFolder(path, next, ModelError, async (folder) => {
      staged = contents(folder);
      expect(contents(path)).toEqual(old);
    });
    expect(staged).toEqual(next);
    expectUntouched(path, next);
  });

  test('a check that fails leaves the old files, byte for byte', async () => {
    const path = await saveOld();
    const refused = new ModelError('not good enough');
    await expect(writeFolder(path, next, ModelError, () => Promise.reject(refused))).rejects.toBe(
      refused,
    );
    expectUntouched(path);
  });

  test('a check that fails leaves no new folder either', async () => {
    const path = join(newPath(), 'deep', 'down');
    const refused = new ModelError('not good enough');
    await expect(writeFolder(path, next, ModelError, () => Promise.reject(refused))).rejects.toBe(
      refused,
    );
    expect(existsSync(join(path, '..', '..'))).toBe(false);
  });

  test('a check that fails leaves what another save has put there meanwhile', async () => {
    const path = join(newPath(), 'deep', 'down');
    const refused = new ModelError('not good enough');
    const saving = writeFolder(path, next, ModelError, async () => {
      await writeFolder(path, old, ModelError);
      throw refused;
    });
    await expect(saving).rejects.toBe(refused);
    expect(contents(path)).toEqual(old);
  });

  test('a file that stands in the place of the folder stays', async () => {
    const path = newPath();
    writeFileSync(path, 'mine');
    await expect(writeFolder(path, next, ModelError)).rejects.toThrow(ModelError);
    await expect(writeFolder(path, next, ModelError)).rejects.toThrow(
      `${path} cannot be written: a file stands where a folder should.`,
    );
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(readdirSync(join(path, '..'))).toEqual(['model']);
  });

  test('a file that stands in the place of a parent stays', async () => {
    const parent = newPath();
    writeFileSync(parent, 'mine');
    await expect(writeFolder(join(parent, 'model'), next, ModelError)).rejects.toThrow(ModelError);
    expect(readFileSync(parent, 'utf8')).toBe('mine');
  });

  test('a folder that stands in the place of a file leaves the old files, byte for byte', async () => {
    const path = await saveOld();
    mkdirSync(join(path, 'card.json'));
    await expect(writeFolder(path, next, ModelError)).rejects.toThrow(ModelError);
    for (const [name, text] of Object.entries(old)) {
      expect(readFileSync(join(path, name), 'utf8')).toBe(text);
    }
    expect(readdirSync(join(path, '..'))).toEqual(['model']);
  });
});

describe('a single file', () => {
  const bytes = Uint8Array.of(1, 2, 3);

  test('is written with the folders on the way, over an older one, and read', async () => {
    const path = join(newPath(), 'deep', 'file');
    await writeWhole(path, Uint8Array.of(9), ModelError);
    await writeWhole(path, bytes, ModelError);
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
    expect(readdirSync(join(path, '..'))).toEqual(['file']);
  });

  test('a folder in its place: a ModelError that names it, and nothing beside it', async () => {
    const path = newPath();
    mkdirSync(path);
    const writing = writeWhole(path, bytes, ModelError);
    await expect(writing).rejects.toThrow(ModelError);
    await expect(writing).rejects.toThrow(`${path} cannot be written: it is a folder`);
    expect(readdirSync(join(path, '..'))).toEqual(['model']);
  });

  test('a file on the way: a ModelError, and no folder is made', async () => {
    const path = newPath();
    writeFileSync(path, 'mine');
    await expect(writeWhole(join(path, 'a', 'b'), bytes, ModelError)).rejects.toThrow(
      'a file stands where a folder should',
    );
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });
});

describe('before the work', () => {
  test('a place that can be written is left as it was', async () => {
    const path = newPath();
    await assertWritable(join(path, 'a', 'b'), ModelError);
    await assertFileWritable(join(path, 'a', 'page.html'), DataError);
    expect(existsSync(path)).toBe(false);
    mkdirSync(path);
    writeFileSync(join(path, 'page.html'), 'old');
    await assertWritable(path, ModelError);
    await assertFileWritable(join(path, 'page.html'), DataError);
    expect(contents(path)).toEqual({ 'page.html': 'old' });
    expect(readdirSync(path)).toEqual(['page.html']);
  });

  test('one that cannot is an error of the kind that is asked for', async () => {
    const path = newPath();
    writeFileSync(path, 'mine');
    await expect(assertWritable(path, ModelError)).rejects.toThrow(
      expect.objectContaining({
        name: 'ModelError',
        message: `${path} cannot be written: a file stands where a folder should. Choose another folder.`,
      }),
    );
    await expect(assertFileWritable(join(path, 'page.html'), DataError)).rejects.toThrow(DataError);
    await expect(assertFileWritable(join(path, '..'), DataError)).rejects.toThrow(
      'it is a folder.',
    );
  });
});

describe('in the place of another', () => {
  const old = () => {
    const path = newPath();
    writeFileSync(path, 'old');
    return path;
  };

  test('whole and synced before its name is, and the name is synced', async () => {
    const path = old();
    const folder = join(path, '..');
    const calls = recordingDisk();
    await replaceFile(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(calls.map((call) => call.replace(/\.writing-.*/, '…'))).toEqual([
      ...['open wx', 'write', 'sync', 'close'].map((call) => `${call} ${folder}/…`),
      `rename ${path}`,
      ...['open r', 'sync', 'close'].map((call) => `${call} ${folder}`),
    ]);
  });

  test.each(['write', 'sync', 'rename'])(
    'where %s fails the old one stays, alone',
    async (call) => {
      const path = old();
      recordingDisk(({ name }) => (name === call ? 'ENOSPC' : undefined));
      await expect(replaceFile(path, 'new')).rejects.toMatchObject({ code: 'ENOSPC' });
      expect(readFileSync(path, 'utf8')).toBe('old');
      expect(readdirSync(join(path, '..'))).toEqual(['model']);
    },
  );

  test('a name that may not be on the disk is an error', async () => {
    recordingDisk(({ name, path }) =>
      name === 'sync' && !path.includes('.writing-') ? 'EIO' : undefined,
    );
    await expect(replaceFile(old(), 'new')).rejects.toMatchObject({ code: 'EIO' });
  });
});

describe('a file that cannot be written whole', () => {
  test('leaves no folder that was made for it, and says why', async () => {
    const path = join(newPath(), 'deep', 'file');
    recordingDisk(({ name }) => (name === 'write' ? 'ENOSPC' : undefined));
    const writing = writeWhole(path, 'new', DataError);
    await expect(writing).rejects.toThrow(DataError);
    await expect(writing).rejects.toThrow(
      `${path} cannot be written: the disk is full. Choose another folder.`,
    );
    expect(readdirSync(join(path, '..', '..', '..'))).toEqual([]);
  });

  test('nor takes away one that was there, though it is empty', async () => {
    const path = newPath();
    mkdirSync(path);
    recordingDisk(({ name }) => (name === 'write' ? 'ENOSPC' : undefined));
    await expect(writeWhole(join(path, 'file'), 'new', DataError)).rejects.toThrow(DataError);
    expect(readdirSync(path)).toEqual([]);
  });

  test('what dead processes have left beside it goes', async () => {
    const path = newPath();
    const dead = newOwner().replace(/-\d+-\d+-/, `-${process.ppid}-1-`);
    writeFileSync(join(path, '..', `.writing-${dead}`), 'half');
    await writeWhole(path, 'new', DataError);
    expect(readdirSync(join(path, '..'))).toEqual(['model']);
  });
});

test('files of a folder are moved once all of them can be, in their order, and synced', async () => {
  const path = newPath();
  mkdirSync(path);
  const calls = recordingDisk();
  await writeFolder(path, { b: '1', a: '2' }, ModelError);
  const at = (call: string) => calls.findIndex((one) => one.startsWith(call));
  const last = (call: string) =>
    calls.length - 1 - [...calls].reverse().findIndex((one) => one.startsWith(call));
  const [b, a] = [at(`rename ${join(path, 'b')}`), at(`rename ${join(path, 'a')}`)];
  expect([b > last('write'), a > b, calls.lastIndexOf(`sync ${path}`) > a]).toEqual([
    true,
    true,
    true,
  ]);
  expect([at(`stat ${join(path, 'a')}`) < b, at(`stat ${join(path, 'b')}`) < b]).toEqual([
    true,
    true,
  ]);
  expect(at(`stat ${join(path, 'a')}`)).toBeGreaterThan(last('write'));
});

describe('room on the disk', () => {
  /** A disk with so many free bytes, in blocks of 1,000. */
  const roomy = (bytes: number, blocks = 1e6) =>
    useDisk((real) => ({
      ...real,
      statfs: async () => ({ bsize: 1000, bavail: bytes / 1000, blocks }),
    }));

  test('that is enough, to the byte', async () => {
    roomy(5000);
    await assertRoom(root, 5000, ModelError);
    await expect(assertRoom(root, 5001, ModelError)).rejects.toThrow(ModelError);
  });

  test.each([
    [2.34e6, 1.5e6, '2.3 MB', '1.5 MB'],
    [99.94e6, 0, '99.9 MB', '0.0 MB'],
    [100e6, 99e6, '100 MB', '99.0 MB'],
    [2_345_678_900, 200e6, '2346 MB', '200 MB'],
  ])('%d bytes where %d are free', async (bytes, free, takes, has) => {
    roomy(free);
    await expect(assertRoom('models/mine', bytes, DataError)).rejects.toThrow(
      new DataError(
        `models/mine cannot be written: it takes about ${takes}, and ${has} are free there. Make room, or choose another folder.`,
      ),
    );
  });

  test('a disk that does not say is believed', async () => {
    roomy(0, 0);
    await assertRoom(root, 1e15, ModelError);
    recordingDisk(({ name }) => (name === 'statfs' ? 'ENOSYS' : undefined));
    await assertRoom(root, 1e15, ModelError);
  });

  test('of a folder that is not there yet, it is that of the folder around it', async () => {
    const calls = recordingDisk();
    const path = join(newPath(), 'deep');
    await expect(assertRoom(path, 1e18, ModelError)).rejects.toThrow(`${path} cannot be written`);
    await assertRoom(path, 1, ModelError);
    expect(calls.slice(0, 3)).toEqual([
      ...[path, join(path, '..'), join(path, '..', '..')].map((folder) => `statfs ${folder}`),
    ]);
    recordingDisk();
    await expect(assertRoom('not there yet', 1e18, ModelError)).rejects.toThrow('are free there');
  });
});
