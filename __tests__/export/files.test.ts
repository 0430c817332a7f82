import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { io } from '@tensorflow/tfjs-core';
import { ModelError } from '../../src/core/errors.js';
import { fileSystem, folderPath, read, readWhole, writeModels } from '../../src/export/files.js';
import { modelFiles } from '../../src/export/modelVersion.js';
import { useDisk } from '../../src/files/disk.js';
import { realDiskAfterEach } from '../files/faultyDisk.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

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

test('saving says when it was, and that the topology is JSON', async () => {
  const before = Date.now();
  const { modelArtifactsInfo } = await fileSystem(newPath()).save!(artifacts());
  expect(modelArtifactsInfo.modelTopologyType).toBe('JSON');
  expect(modelArtifactsInfo.dateSaved.getTime()).toBeGreaterThanOrEqual(before);
  expect(modelArtifactsInfo.dateSaved.getTime()).toBeLessThanOrEqual(Date.now());
});

describe('models in folders of a model', () => {
  const named = (generatedBy: string) => ({ ...artifacts(), generatedBy });
  const by = async (path: string) => (await fileSystem(path).load!()).generatedBy;

  test('come together, and one without artifacts is taken away', async () => {
    const path = newPath();
    await writeModels(path, { '': named('a'), last: named('b') });
    expect([await by(path), await by(join(path, 'last'))]).toEqual(['a', 'b']);
    await writeModels(path, { '': named('c'), last: undefined });
    expect(await by(path)).toBe('c');
    await expect(by(join(path, 'last'))).rejects.toThrow(ModelError);
  });

  test('are read by a check before they count', async () => {
    const path = newPath();
    const refused = new ModelError('not good enough');
    let staged: string | undefined;
    const saving = writeModels(path, { '': named('a') }, async (folder) => {
      staged = await by(folder);
      throw refused;
    });
    await expect(saving).rejects.toBe(refused);
    expect([staged, existsSync(path)]).toEqual(['a', false]);
  });

  // model.VERSION.gone of the version that the folder around it has: it only has no place yet.
  test('that was taken away does not exist, though its files are still there', async () => {
    const path = newPath();
    await writeModels(path, { '': named('a'), last: named('b') });
    const model = JSON.parse(readFileSync(join(path, 'model.json'), 'utf8'));
    writeFileSync(join(path, 'last', `model.${model.handgrad.version}.gone`), '');
    await expect(by(join(path, 'last'))).rejects.toThrow(
      new ModelError(`${join(path, 'last', 'model.json')} does not exist. Save the model again.`),
    );
  });
});

describe('while another is saved', () => {
  /** Runs `change` when model.json is looked for the nth time. */
  const atLook = (change: (nth: number) => void) => {
    let looks = 0;
    useDisk((real) => ({
      ...real,
      readdir: async (path) => {
        change(++looks);
        return real.readdir(path);
      },
    }));
    return () => looks;
  };
  const broken = async () => {
    const path = newPath();
    await fileSystem(path).save!(artifacts());
    rmSync(join(path, 'weights.bin'));
    return path;
  };
  const touch = (path: string, text: string) => {
    const file = join(path, 'model.json');
    writeFileSync(file, readFileSync(file, 'utf8') + text);
  };

  test('what has taken its place is read', async () => {
    const [path, other] = [await broken(), newPath()];
    await fileSystem(other).save!({ ...artifacts(), generatedBy: 'another' });
    atLook((nth) => {
      if (nth === 2) cpSync(other, path, { recursive: true });
    });
    expect((await fileSystem(path).load!()).generatedBy).toBe('another');
  });

  test('where nothing changes it is tried once more, no oftener', async () => {
    const path = await broken();
    const looks = atLook(() => {});
    await expect(fileSystem(path).load!()).rejects.toThrow('weights.bin does not exist');
    expect(looks()).toBe(2);
  });

  test('what changes again and again is given up', async () => {
    const path = await broken();
    const looks = atLook(() => touch(path, ' '));
    await expect(fileSystem(path).load!()).rejects.toThrow('weights.bin does not exist');
    expect(looks()).toBe(51);
  });

  test('a model that was not there at first is read too', async () => {
    const [path, other] = [newPath(), newPath()];
    await fileSystem(other).save!(artifacts());
    atLook((nth) => {
      if (nth === 2) cpSync(other, path, { recursive: true });
    });
    expect(await fileSystem(path).load!()).toMatchObject(artifacts());
  });
});

describe('the metadata', () => {
  const card = (name: string) => ({
    ...{ name, layers: [6, 1], activations: ['sigmoid'], loss: 'binaryCrossEntropy' },
    ...{ initializer: 'course', seed: 1, classNames: ['no', 'yes'], versions: {} },
    preprocessing: { height: 1, width: 1, channels: 3, scale: '1/255', resize: 'none' },
  });
  const loaded = async (path: string) => (await fileSystem(path).load!()).userDefinedMetadata;
  const savedWith = async (userDefinedMetadata?: object) => {
    const path = newPath();
    const generatedBy = 'handgrad of a test';
    await fileSystem(path).save!({
      ...artifacts(),
      generatedBy,
      userDefinedMetadata: userDefinedMetadata as never,
    });
    return path;
  };
  const rewrite = (path: string, change: object) => {
    const file = join(path, 'model.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }));
  };

  test('is what was saved: none, others, a card, both', async () => {
    expect('userDefinedMetadata' in (await fileSystem(await savedWith()).load!())).toBe(false);
    expect(await loaded(await savedWith({ loss: 'none' }))).toEqual({ loss: 'none' });
    expect(await loaded(await savedWith({ card: card('cat') }))).toMatchObject({
      card: { name: 'cat' },
    });
    expect(await loaded(await savedWith({ loss: 'none', card: card('cat') }))).toMatchObject({
      ...{ loss: 'none', card: { name: 'cat' } },
    });
  });

  test('a card that lies beside a model of others comes with it', async () => {
    const path = await savedWith();
    rewrite(path, { handgrad: undefined });
    writeFileSync(join(path, 'card.json'), JSON.stringify(card('mine')));
    expect(await loaded(path)).toEqual({ card: card('mine') });
  });

  test('metadata that are no object are none', async () => {
    const path = await savedWith();
    rewrite(path, { userDefinedMetadata: 'text' });
    const found = await loaded(path);
    expect(found === undefined || typeof found === 'object').toBe(true);
    expect(found).not.toHaveProperty('card');
  });

  test.each<[string, (file: string) => void, string]>([
    ['no JSON', (file) => writeFileSync(file, '{'), 'is no JSON'],
    ['no card', (file) => writeFileSync(file, '[]'), 'is no model card'],
    ['a folder', (file) => mkdirSync(file), ' is a folder. Save the model again.'],
    [
      'a pipe',
      (file) => execFileSync('mkfifo', [file]),
      ' is a pipe, and no file. Save the model again.',
    ],
  ])('card.json that is %s: a ModelError that names it', async (_, make, message) => {
    const path = await savedWith();
    const file = join(path, 'card.json');
    make(file);
    const loading = fileSystem(path).load!();
    await expect(loading).rejects.toThrow(ModelError);
    await expect(loading).rejects.toThrow(file);
    await expect(loading).rejects.toThrow(message);
  });

  test('a card.json that is no JSON: what to do, too', async () => {
    const path = await savedWith();
    writeFileSync(join(path, 'card.json'), '{');
    await expect(fileSystem(path).load!()).rejects.toThrow('Save the model again.');
  });

  test('a card.json that leads to itself: a ModelError, with its cause', async () => {
    const path = await savedWith();
    const file = join(path, 'card.json');
    symlinkSync('card.json', file);
    const loading = fileSystem(path).load!();
    await expect(loading).rejects.toThrow(ModelError);
    await expect(loading).rejects.toThrow(/card\.json .*\. Save the model again\.$/);
    await expect(loading).rejects.toMatchObject({ cause: { code: 'ELOOP' } });
    await expect(readWhole(file)).rejects.toMatchObject({
      ...{ constructor: ModelError, cause: { code: 'ELOOP' } },
    });
  });

  test('a card inside model.json that is none is named by that', async () => {
    const path = await savedWith();
    rewrite(path, { userDefinedMetadata: { card: 3 } });
    await expect(fileSystem(path).load!()).rejects.toThrow(join(path, 'model.json'));
  });
});

describe('a file in a model folder', () => {
  test('its bytes, or what kept them from being read', async () => {
    const path = newPath();
    await expect(read(path, 'x')).rejects.toThrow(
      new ModelError(
        `There is no model folder ${path}. Train one: \`handgrad train --save ${path}\``,
      ),
    );
    mkdirSync(join(path, 'folder'), { recursive: true });
    writeFileSync(join(path, 'x'), Uint8Array.of(4, 5));
    expect([...(await read(path, 'x'))]).toEqual([4, 5]);
    await expect(read(path, 'y')).rejects.toThrow(
      new ModelError(`${join(path, 'y')} does not exist. Save the model again.`),
    );
    await expect(read(path, 'folder')).rejects.toThrow(
      new ModelError(`${join(path, 'folder')} is a folder. Save the model again.`),
    );
    await expect(read(join(path, 'x'), 'y')).rejects.toThrow('There is no model folder');
  });

  // The sizes of several files are added before one of them is read.
  test('weights in several files, together of the size that is declared, or not', async () => {
    const path = newPath();
    await fileSystem(path).save!(artifacts());
    const bytes = readFileSync(join(path, 'weights.bin'));
    const model = JSON.parse(readFileSync(join(path, 'model.json'), 'utf8'));
    model.weightsManifest[0].paths = ['first.bin', 'second.bin'];
    writeFileSync(join(path, 'model.json'), JSON.stringify(model));
    writeFileSync(join(path, 'first.bin'), bytes.subarray(0, 10));
    writeFileSync(join(path, 'second.bin'), bytes.subarray(10));
    const { weightData } = await fileSystem(path).load!();
    expect(new Float32Array(weightData as ArrayBuffer)).toEqual(values);
    writeFileSync(join(path, 'second.bin'), bytes.subarray(11));
    await expect(fileSystem(path).load!()).rejects.toThrow(
      `${join(path, 'first.bin')}, ${join(path, 'second.bin')} has 23 bytes, but model.json declares 24`,
    );
    rmSync(join(path, 'second.bin'));
    mkdirSync(join(path, 'second.bin'));
    await expect(fileSystem(path).load!()).rejects.toThrow(
      new ModelError(`${join(path, 'second.bin')} is a folder. Save the model again.`),
    );
  });

  test('a pipe is not waited for', async () => {
    const path = newPath();
    mkdirSync(path);
    const pipe = join(path, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(readWhole(pipe)).rejects.toThrow(`${pipe} is a pipe, and no file.`);
    await expect(read(path, 'pipe')).rejects.toThrow(
      new ModelError(`${pipe} is a pipe, and no file. Save the model again.`),
    );
  });
});

test('a path is taken as it is, unless it is a URL or the model.json', () => {
  expect(folderPath('models/a%20b')).toBe('models/a%20b');
  expect(folderPath('models/file://x')).toBe('models/file://x');
  expect(folderPath('file:///models/a%20b')).toBe('/models/a b');
  expect(folderPath('file:///models/a/model.json')).toBe('/models/a');
  expect(folderPath('models/a/other.json')).toBe('models/a/other.json');
});
