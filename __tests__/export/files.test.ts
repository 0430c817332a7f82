import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { io } from '@tensorflow/tfjs-core';
import { ModelError } from '../../src/core/errors.js';
import {
  folder,
  folderPath,
  modelFiles,
  readWhole,
  writeFolder,
  writeWhole,
} from '../../src/export/files.js';
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
    readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'utf8')]),
  );

const values = Float32Array.of(1, -2.5, 3, 1e-30, 5, 6);
const artifacts = (): io.ModelArtifacts => ({
  modelTopology: { class_name: 'Sequential', config: { layers: [] } },
  format: 'layers-model',
  generatedBy: 'a test',
  convertedBy: null,
  userDefinedMetadata: { loss: 'none' },
  weightSpecs: [
    { name: 'a', shape: [2, 2], dtype: 'float32' },
    { name: 'b', shape: [2], dtype: 'float32' },
  ],
  weightData: values.slice().buffer,
});

describe('folder', () => {
  test('gives back what it saved, and saves two files', async () => {
    const path = newPath();
    await folder(path).save!(artifacts());
    expect(readdirSync(path).sort()).toEqual(['model.json', 'weights.bin']);
    expect(await folder(path).load!()).toMatchObject(artifacts());
  });

  test('takes weights in several buffers', async () => {
    const path = newPath();
    const weightData = [values.slice(0, 4).buffer, values.slice(4).buffer];
    await folder(path).save!({ ...artifacts(), weightData });
    expect(new Float32Array((await folder(path).load!()).weightData as ArrayBuffer)).toEqual(
      values,
    );
  });

  test('saves over an older model, and leaves other files alone', async () => {
    const path = newPath();
    await folder(path).save!({ ...artifacts(), generatedBy: 'an older test' });
    writeFileSync(join(path, 'notes.txt'), 'mine');
    await folder(path).save!(artifacts());
    expect(contents(path)['notes.txt']).toBe('mine');
    expect((await folder(path).load!()).generatedBy).toBe('a test');
  });

  test('two saves at once to one folder both succeed', async () => {
    const path = newPath();
    await Promise.all([folder(path).save!(artifacts()), folder(path).save!(artifacts())]);
    expect(await folder(path).load!()).toMatchObject(artifacts());
    expect(readdirSync(join(path, '..'))).toEqual(['model']);
  });

  test.each([
    ['a path', (path: string) => path],
    ['the model.json in it', (path: string) => join(path, 'model.json')],
    ['a file URL', (path: string) => pathToFileURL(path).href],
    ['a file URL of the model.json', (path: string) => `${pathToFileURL(path).href}/model.json`],
    ['a file URL as tfjs writes it', (path: string) => `file://${path}`],
  ])('takes %s', (_, written) => {
    const path = join(root, 'a model');
    expect(resolve(folderPath(written(path)))).toBe(path);
  });

  test('takes a relative file URL, as tfjs does', () => {
    expect(folderPath('file://models/cat')).toBe('models/cat');
  });
});

describe('a model that cannot be loaded is a ModelError that names the file', () => {
  type ModelJson = { weightsManifest: { paths: string[]; weights: { shape: number[] }[] }[] };
  const save = async () => {
    const path = newPath();
    await folder(path).save!(artifacts());
    return path;
  };
  const rewrite = (path: string, change: (model: ModelJson) => void) => {
    const file = join(path, 'model.json');
    const model = JSON.parse(readFileSync(file, 'utf8'));
    change(model);
    writeFileSync(file, JSON.stringify(model));
  };
  const expectRefusal = async (path: string, message: string) => {
    const loading = folder(path).load!();
    await expect(loading).rejects.toThrow(ModelError);
    await expect(loading).rejects.toThrow(path);
    await expect(loading).rejects.toThrow(message);
  };

  test('no folder', () => expectRefusal(newPath(), 'There is no model folder'));

  test('a file in its place', async () => {
    const path = newPath();
    writeFileSync(path, '');
    await expectRefusal(path, 'There is no model folder');
  });

  test('an empty folder', async () => {
    const path = newPath();
    mkdirSync(path);
    await expectRefusal(path, `${join(path, 'model.json')} cannot be read: it is not there`);
  });

  test.each([
    '',
    '{',
    'null',
    '3',
    '[]',
    '{}',
    '{"weightsManifest": [{}]}',
    '{"weightsManifest": 1}',
  ])('model.json of %j', async (text) => {
    const path = await save();
    writeFileSync(join(path, 'model.json'), text);
    await expectRefusal(path, `${join(path, 'model.json')} is no tfjs LayersModel`);
  });

  test.each<[string, Buffer | undefined, string]>([
    ['missing', undefined, 'cannot be read: it is not there'],
    ['empty', Buffer.alloc(0), 'has 0 bytes, but model.json declares 24'],
    ['short', Buffer.alloc(23), 'has 23 bytes, but model.json declares 24'],
    ['long', Buffer.alloc(28), 'has 28 bytes, but model.json declares 24'],
  ])('weights.bin %s', async (_, bytes, message) => {
    const path = newPath();
    mkdirSync(path);
    writeFileSync(join(path, 'model.json'), modelFiles(artifacts())['model.json']);
    if (bytes) writeFileSync(join(path, 'weights.bin'), bytes);
    await expectRefusal(path, `${join(path, 'weights.bin')} ${message}`);
  });

  test.each(['../secret.bin', '/secret.bin', 'a/../../secret.bin', '..', '..\\secret.bin'])(
    'weights outside the folder: %s',
    async (name) => {
      const path = await save();
      writeFileSync(join(path, '..', 'secret.bin'), Buffer.alloc(24));
      rewrite(path, ({ weightsManifest }) => {
        weightsManifest[0].paths = [name];
      });
      await expectRefusal(path, `names weights outside its folder: ${name}`);
    },
  );

  // Petabytes: had anything been made of that size, it would have been a RangeError.
  test.each([[[2 ** 50, 2]], [[2 ** 53 - 1, 2 ** 53 - 1]], [[-2, -2]]])(
    'weights declared as %j',
    async (shape) => {
      const path = await save();
      rewrite(path, ({ weightsManifest }) => {
        weightsManifest[0].weights[0].shape = shape;
      });
      await expectRefusal(path, 'model.json');
    },
  );
});

describe('writeFolder', () => {
  const old = { 'model.json': 'old model', 'weights.bin': 'old weights' };
  const next = { 'weights.bin': 'new weights', 'model.json': 'new model', 'card.json': 'new card' };
  const saveOld = async () => {
    const path = newPath();
    await writeFolder(path, old);
    return path;
  };
  const expectUntouched = (path: string, files: Record<string, string> = old) => {
    expect(contents(path)).toEqual(files);
    expect(readdirSync(join(path, '..'))).toEqual(['model']); // no temporary
  };

  test('lets the check read the whole of it before it counts', async () => {
    const path = await saveOld();
    let staged = {};
    await writeFolder(path, next, async (folder) => {
      staged = contents(folder);
      expect(contents(path)).toEqual(old);
    });
    expect(staged).toEqual(next);
    expectUntouched(path, next);
  });

  test('a check that fails leaves the old files, byte for byte', async () => {
    const path = await saveOld();
    const refused = new ModelError('not good enough');
    await expect(writeFolder(path, next, () => Promise.reject(refused))).rejects.toBe(refused);
    expectUntouched(path);
  });

  test('a check that fails leaves no new folder either', async () => {
    const path = join(newPath(), 'deep', 'down');
    const refused = new ModelError('not good enough');
    await expect(writeFolder(path, next, () => Promise.reject(refused))).rejects.toBe(refused);
    expect(existsSync(join(path, '..', '..'))).toBe(false);
  });

  test('a check that fails leaves what another save has put there meanwhile', async () => {
    const path = join(newPath(), 'deep', 'down');
    const refused = new ModelError('not good enough');
    const saving = writeFolder(path, next, async () => {
      await writeFolder(path, old);
      throw refused;
    });
    await expect(saving).rejects.toBe(refused);
    expect(contents(path)).toEqual(old);
  });

  test('a file that stands in the place of the folder stays', async () => {
    const path = newPath();
    writeFileSync(path, 'mine');
    await expect(writeFolder(path, next)).rejects.toThrow(ModelError);
    await expect(writeFolder(path, next)).rejects.toThrow(
      `${path} cannot be written: a file stands where a folder should.`,
    );
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(readdirSync(join(path, '..'))).toEqual(['model']);
  });

  test('a file that stands in the place of a parent stays', async () => {
    const parent = newPath();
    writeFileSync(parent, 'mine');
    await expect(writeFolder(join(parent, 'model'), next)).rejects.toThrow(ModelError);
    expect(readFileSync(parent, 'utf8')).toBe('mine');
  });

  test('a folder that stands in the place of a file leaves the old files, byte for byte', async () => {
    const path = await saveOld();
    mkdirSync(join(path, 'card.json'));
    await expect(writeFolder(path, next)).rejects.toThrow(ModelError);
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
    await writeWhole(path, Uint8Array.of(9));
    await writeWhole(path, bytes);
    expect([...(await readWhole(path))]).toEqual([1, 2, 3]);
    expect(readdirSync(join(path, '..'))).toEqual(['file']);
  });

  test('a folder in its place: a ModelError that names it, and nothing beside it', async () => {
    const path = newPath();
    mkdirSync(path);
    const writing = writeWhole(path, bytes);
    await expect(writing).rejects.toThrow(ModelError);
    await expect(writing).rejects.toThrow(`${path} cannot be written: it is a folder`);
    await expect(readWhole(path)).rejects.toThrow(`${path} cannot be read: it is a folder.`);
    expect(readdirSync(join(path, '..'))).toEqual(['model']);
  });

  test('a file on the way: a ModelError, and no folder is made', async () => {
    const path = newPath();
    writeFileSync(path, 'mine');
    await expect(writeWhole(join(path, 'a', 'b'), bytes)).rejects.toThrow(
      'a file stands where a folder should',
    );
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  test('none there', async () => {
    await expect(readWhole(newPath())).rejects.toThrow(/cannot be read: it is not there\.$/);
  });
});
