import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { io } from '@tensorflow/tfjs-core';
import { ModelError } from '../../src/core/errors.js';
import { fileSystem, folderPath, readWhole } from '../../src/export/files.js';
import { modelFiles } from '../../src/export/modelVersion.js';
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
    await fileSystem(path).save!(artifacts());
    expect(readdirSync(path).sort()).toEqual(['model.json', 'weights.bin']);
    expect(await fileSystem(path).load!()).toMatchObject(artifacts());
  });

  test('takes weights in several buffers', async () => {
    const path = newPath();
    const weightData = [values.slice(0, 4).buffer, values.slice(4).buffer];
    await fileSystem(path).save!({ ...artifacts(), weightData });
    expect(new Float32Array((await fileSystem(path).load!()).weightData as ArrayBuffer)).toEqual(
      values,
    );
  });

  test('saves over an older model, and leaves other files alone', async () => {
    const path = newPath();
    await fileSystem(path).save!({ ...artifacts(), generatedBy: 'an older test' });
    writeFileSync(join(path, 'notes.txt'), 'mine');
    await fileSystem(path).save!(artifacts());
    expect(contents(path)['notes.txt']).toBe('mine');
    expect((await fileSystem(path).load!()).generatedBy).toBe('a test');
  });

  test('two saves at once to one folder both succeed', async () => {
    const path = newPath();
    await Promise.all([fileSystem(path).save!(artifacts()), fileSystem(path).save!(artifacts())]);
    expect(await fileSystem(path).load!()).toMatchObject(artifacts());
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
    await fileSystem(path).save!(artifacts());
    return path;
  };
  const rewrite = (path: string, change: (model: ModelJson) => void) => {
    const file = join(path, 'model.json');
    const model = JSON.parse(readFileSync(file, 'utf8'));
    change(model);
    writeFileSync(file, JSON.stringify(model));
  };
  const expectRefusal = async (path: string, message: string) => {
    const loading = fileSystem(path).load!();
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
    await expectRefusal(path, `${join(path, 'model.json')} does not exist`);
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
    ['missing', undefined, 'does not exist'],
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

describe('readWhole', () => {
  test('gives the bytes', async () => {
    const path = newPath();
    writeFileSync(path, Uint8Array.of(1, 2, 3));
    expect([...(await readWhole(path))]).toEqual([1, 2, 3]);
  });

  test('a folder in its place, and none there', async () => {
    const path = newPath();
    await expect(readWhole(path)).rejects.toThrow(`${path} does not exist.`);
    mkdirSync(path);
    await expect(readWhole(path)).rejects.toThrow(`${path} is a folder.`);
  });
});
