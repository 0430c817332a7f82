import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { golden } from '../support/storedNetworks.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { handgrad, oneLine, root, stackLines } from './handgrad.js';

const here = temporaryFolder();
const cat = join(root, 'models', 'cat');
const put = (name: string, bytes: Uint8Array) => {
  writeFileSync(join(here, name), bytes);
  return join(here, name);
};
const json = (folder: string, name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
/** Without the hash of its weights, which older ones have not. */
const cardOf = (folder: string) => ({ ...json(folder, 'card.json'), weights: undefined });

test.concurrent('there and back, the weights are the same bytes, and the card the same', async () => {
  const path = join(here, 'cat.npz');
  const save = join(here, 'back');
  expect(await handgrad(['export', '--model', cat, '--to', 'npz', path])).toMatchObject({
    code: 0,
  });
  const { code, stdout, stderr } = await handgrad(['import', path, '--save', save, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({
    ...{ path, format: 'npz', model: save, layers: [12288, 20, 7, 5, 1] },
    ...{ activations: ['relu', 'relu', 'relu', 'sigmoid'], loss: 'binaryCrossEntropy', l2: 0 },
  });
  const bytes = (folder: string) => readFileSync(join(folder, 'weights.bin'));
  expect(bytes(save).equals(bytes(cat))).toBe(true);
  const { handgrad: signed, userDefinedMetadata: said, ...model } = json(save, 'model.json');
  const { userDefinedMetadata: before, ...others } = json(cat, 'model.json');
  expect(model).toEqual(others);
  expect(said).toEqual({ ...before, card: json(save, 'card.json') });
  expect(signed).toEqual({ sha256: sha256(bytes(save)) });
  expect(cardOf(save)).toEqual(cardOf(cat)); // class names and preprocessing, in an .npz too
});

test.concurrent('a tfjs-layers model by its model.json, with its card', async () => {
  const save = join(here, 'layers');
  const path = join(cat, 'model.json');
  expect(await handgrad(['import', path, '--save', save])).toEqual({
    ...{ code: 0, stdout: '' },
    stderr: `Network: 12288-20-7-5-1, relu, relu, relu, sigmoid, binaryCrossEntropy\nSaved: ${save}\n`,
  });
  expect(cardOf(save)).toEqual(cardOf(cat));
});

test.concurrent('what numpy has saved: the activations are given, and doubles rounded', async () => {
  const path = put('numpy.npz', golden('float64.npz'));
  const save = join(here, 'numpy');
  const given = ['--activations', 'tanh,sigmoid', '--loss', 'meanSquaredError'];
  const { code, stdout, stderr } = await handgrad(['import', path, '--save', save, ...given]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr.split('\n')).toEqual([
    'Its float64 numbers were rounded to float32.',
    'Network: 3-4-2, tanh, sigmoid, meanSquaredError',
    `Saved: ${save}`,
    '',
  ]);
  const { modelTopology, userDefinedMetadata } = JSON.parse(
    readFileSync(join(save, 'model.json'), 'utf8'),
  );
  const layers = modelTopology.config.layers as { config: { activation: string } }[];
  expect(layers.map(({ config }) => config.activation)).toEqual(['tanh', 'sigmoid']);
  expect(userDefinedMetadata.loss).toBe('meanSquaredError');
});

describe('a command line that is wrong: exit 2', () => {
  test.concurrent.each([
    ['m.npz', /required option '--save <folder>' not specified/],
    ['m.npz --save m --activations tanh,swish', /'tanh,swish' is invalid\. Choose from .*softmax/],
  ])('%s', async (line, message) => {
    const ended = await handgrad(['import', ...line.split(' ')], { cwd: here });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(message);
    expect(stackLines(ended)).toEqual([]);
  });
});

describe('what cannot be read: exit 1, one line, and no folder is made', () => {
  const climbing = {
    modelTopology: { class_name: 'Sequential', config: { layers: [] } },
    weightsManifest: [{ paths: ['../../secret.bin'], weights: [] }],
  };
  test.concurrent.each<[string, string, Uint8Array | undefined, RegExp]>([
    ['no such file', 'absent.npz', undefined, /absent\.npz does not exist\.$/],
    [
      'another ending',
      'm.h5',
      Buffer.from('x'),
      /m\.h5 is nothing that handgrad imports, by its na/,
    ],
    [
      'no activations',
      'n.npz',
      golden('float32.npz'),
      /Name one for each of its 2 layers, such as -/,
    ],
    [
      'a path that climbs',
      'model.json',
      Buffer.from(JSON.stringify(climbing)),
      /outside its folder/,
    ],
  ])('%s', async (_, name, bytes, message) => {
    const path = bytes ? put(name, bytes) : join(here, name);
    const save = join(here, `none of ${name}`);
    expect(oneLine(await handgrad(['import', path, '--save', save]))).toMatch(message);
    expect(existsSync(save)).toBe(false);
  });
});
