import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  modelOf,
  nameForOthers,
  nameOfModel,
  writeOldModel,
} from '../../scripts/torture/models.js';
import { ModelError } from '../../src/core/errors.js';
import { fileSystem, writeModels } from '../../src/export/files.js';
import { assertSavable } from '../../src/export/savable.js';
import { useDisk } from '../../src/files/disk.js';
import { assertRoom } from '../../src/files/write.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const root = temporaryFolder();
let made = 0;
const newPath = () => join(root, String(made++), 'model');
const save = (path: string, name: string, last?: string) =>
  writeModels(path, { '': modelOf(name), ...(last && { last: modelOf(last) }) });
const saved = async (name: string) => {
  const path = newPath();
  await save(path, name);
  return path;
};
const cardOf = (path: string) => JSON.parse(readFileSync(join(path, 'card.json'), 'utf8'));
const weightsOf = (path: string) => readdirSync(path).filter((name) => name.endsWith('.bin'));

describe('a model over another', () => {
  test('has weights of another name, which the old ones leave the place to', async () => {
    const path = await saved('A');
    expect(weightsOf(path)).toEqual(['weights.bin']);
    await save(path, 'B');
    const [name, ...others] = weightsOf(path);
    expect(others).toEqual([]);
    const sha256 = execFileSync('sha256sum', [join(path, name)], { encoding: 'utf8' });
    expect(name).toBe(`weights.${sha256.slice(0, 16)}.bin`);
    expect(cardOf(path).weights.sha256).toBe(sha256.slice(0, 64));
    expect([await nameOfModel(path), nameForOthers(path), cardOf(path).name]).toEqual([
      ...['B', 'B', 'B'],
    ]);
  });

  test('between the rename and what comes after it, it is the new one with its own card', async () => {
    const older = newPath();
    writeOldModel(older, 'A');
    for (const old of [await saved('A'), older]) {
      const card = readFileSync(join(old, 'card.json'));
      await save(old, 'B');
      writeFileSync(join(old, 'card.json'), card); // as if it were not replaced yet
      expect(await nameOfModel(old)).toBe('B');
      rmSync(join(old, 'card.json'));
      expect(await nameOfModel(old)).toBe('B');
    }
  });

  test('a card that a person has edited counts, as long as it is of these weights', async () => {
    const path = await saved('A');
    writeFileSync(join(path, 'card.json'), JSON.stringify({ ...cardOf(path), name: 'mine' }));
    const { userDefinedMetadata } = await fileSystem(path).load!();
    expect(userDefinedMetadata).toMatchObject({ card: { name: 'mine' } });
  });

  test('a card that a person has written counts too, and one without a hash that was replaced does not', async () => {
    const path = newPath();
    writeOldModel(path, 'A');
    const old = readFileSync(join(path, 'card.json'));
    const { userDefinedMetadata: _, ...plain } = modelOf('B');
    await writeModels(path, { '': plain });
    const cardIn = async () => (await fileSystem(path).load!()).userDefinedMetadata;
    writeFileSync(join(path, 'card.json'), old); // as the rename of model.json leaves it
    expect(await cardIn()).toBeUndefined();
    writeFileSync(join(path, 'card.json'), old.toString().replace('"A"', '"mine"'));
    expect(await cardIn()).toMatchObject({ card: { name: 'mine' } });
  });

  test('the card of others and no other: refused, never taken', async () => {
    const [path, other] = [await saved('A'), await saved('B')];
    const { handgrad, userDefinedMetadata, ...model } = JSON.parse(
      readFileSync(join(path, 'model.json'), 'utf8'),
    );
    writeFileSync(join(path, 'model.json'), JSON.stringify(model)); // as another tool saves it
    cpSync(join(other, 'card.json'), join(path, 'card.json'));
    await expect(fileSystem(path).load!()).rejects.toThrow(
      `${join(path, 'card.json')} is the card of other weights than those that lie beside it.`,
    );
  });

  test('saved anew by a tool that keeps the metadata: the card no longer says how it was trained', async () => {
    const path = await saved('A');
    const { handgrad, ...model } = JSON.parse(readFileSync(join(path, 'model.json'), 'utf8'));
    model.userDefinedMetadata.card.accuracy = { train: 100 };
    writeFileSync(join(path, 'model.json'), JSON.stringify(model));
    rmSync(join(path, 'card.json'));
    writeFileSync(join(path, 'weights.bin'), Buffer.alloc(readFileSync(join(path, 'weights.bin')).length, 1)); // biome-ignore format: one line
    const { userDefinedMetadata } = await fileSystem(path).load!();
    const { card } = userDefinedMetadata as { card: object };
    expect(card).toMatchObject({ name: 'A' });
    expect(card).not.toHaveProperty('accuracy');
  });
});

test.each([
  [
    'one bit',
    (file: string, bytes: Buffer) => writeFileSync(file, bytes.fill(bytes[9] ^ 1, 9, 10)),
  ],
  ['its end', (file: string, bytes: Buffer) => truncateSync(file, bytes.length - 4)],
])('weights that are others by %s: a ModelError that names them', async (_, spoil) => {
  const path = await saved('A');
  const file = join(path, 'weights.bin');
  spoil(file, readFileSync(file));
  await expect(fileSystem(path).load!()).rejects.toThrow(ModelError);
  await expect(fileSystem(path).load!()).rejects.toThrow(file);
});

test('the last epoch comes with its model: before it has its place too', async () => {
  const path = newPath();
  await save(path, 'A', 'C');
  const old = readFileSync(join(path, 'last', 'model.json'));
  const weights = readFileSync(join(path, 'last', 'weights.bin'));
  await save(path, 'B', 'D');
  const { handgrad } = JSON.parse(readFileSync(join(path, 'model.json'), 'utf8'));
  // As the rename of model.json leaves it.
  const last = join(path, 'last');
  const fresh = readFileSync(join(last, 'model.json'));
  writeFileSync(join(last, `model.${handgrad.version}.json`), fresh);
  writeFileSync(join(last, 'model.json'), old);
  writeFileSync(join(last, 'weights.bin'), weights);
  expect([await nameOfModel(path), await nameOfModel(last)]).toEqual(['B', 'D']);
  // One whose model never came does not count.
  writeFileSync(join(last, 'model.0123456789abcdef.json'), '{}');
  rmSync(join(last, `model.${handgrad.version}.json`));
  expect(await nameOfModel(last)).toBe('C');
  await save(path, 'A', 'C');
  expect(readdirSync(last).filter((name) => /^model\../.test(name))).toEqual(['model.json']);
});

test('a version that gets its usual name while it is read is read under that', async () => {
  const path = newPath();
  await save(path, 'A', 'C');
  const last = join(path, 'last');
  const { handgrad } = JSON.parse(readFileSync(join(path, 'model.json'), 'utf8'));
  let isGiven = false;
  useDisk((real) => ({
    ...real,
    // It was there when the folder was listed, and is renamed right behind that.
    readdir: async (folder) => {
      const names = await real.readdir(folder);
      if (folder !== last || isGiven) return names;
      isGiven = true;
      return [...names, `model.${handgrad.version}.json`];
    },
  }));
  expect(await nameOfModel(last).finally(() => useDisk())).toBe('C');
  expect(isGiven).toBe(true);
});

describe('a file that not even root may change', () => {
  const withProtected = async (name: string) => {
    const path = await saved('A');
    try {
      execFileSync('chattr', ['+i', join(path, name)], { stdio: 'ignore' });
    } catch {
      return; // not root, or a disk without the attribute
    }
    try {
      const before = readdirSync(path).map((file) => readFileSync(join(path, file), 'base64'));
      const message = `${join(path, name)} cannot be written: it is protected against changes.`;
      if (name !== 'weights.bin') {
        await expect(save(path, 'B')).rejects.toThrow(message);
        await expect(assertSavable(path)).rejects.toThrow(message);
        expect(readdirSync(path).map((file) => readFileSync(join(path, file), 'base64'))).toEqual(
          before,
        );
        expect(await nameOfModel(path)).toBe('A');
      } else {
        await save(path, 'B'); // the old weights are in nobody's way
        expect(await nameOfModel(path)).toBe('B');
      }
    } finally {
      execFileSync('chattr', ['-i', join(path, name)]);
    }
  };
  test.each(['model.json', 'card.json', 'weights.bin'])('%s', withProtected);
});

describe('before the training', () => {
  test('what is in the way is named', async () => {
    const path = newPath();
    mkdirSync(join(path, 'README.md'), { recursive: true });
    writeFileSync(join(path, 'last'), '');
    await expect(assertSavable(path, ['last'])).rejects.toThrow(
      `${join(path, 'last')} cannot be written: a file stands where a folder should.`,
    );
    await expect(assertSavable(path, [], ['README.md'])).rejects.toThrow(
      `${join(path, 'README.md')} cannot be written: it is a folder.`,
    );
    await assertSavable(path);
    expect(readdirSync(path).sort()).toEqual(['README.md', 'last']);
  });

  test('a device is not replaced by a file', async () => {
    const path = newPath();
    mkdirSync(path, { recursive: true });
    execFileSync('mkfifo', [join(path, 'model.json')]);
    await expect(save(path, 'A')).rejects.toThrow('it is no file');
    expect(readdirSync(path)).toEqual(['model.json']);
  });

  test('a disk without room for it', async () => {
    const path = join(newPath(), 'deep');
    await assertRoom(path, 1, ModelError);
    useDisk((real) => ({
      ...real,
      statfs: async (asked) => {
        if (asked !== root) throw Object.assign(new Error('none'), { code: 'ENOENT' });
        return { bsize: 1024, bavail: 3000, blocks: 9000 };
      },
    }));
    try {
      await assertRoom(path, 3000 * 1024, ModelError);
      await expect(assertRoom(path, 3000 * 1024 + 1, ModelError)).rejects.toThrow(
        `${path} cannot be written: it takes about 3.1 MB, and 3.1 MB are free there.`,
      );
    } finally {
      useDisk();
    }
  });
});
