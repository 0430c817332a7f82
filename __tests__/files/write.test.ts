import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { DataError, ModelError } from '../../src/core/errors.js';
import {
  assertFileWritable,
  assertWritable,
  writeFolder,
  writeWhole,
} from '../../src/files/write.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

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
