import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { softmax, tanh } from '../../src/core/activations.js';
import { ModelError } from '../../src/core/errors.js';
import * as losses from '../../src/core/losses.js';
import { forward } from '../../src/core/network.js';
import { tensor } from '../../src/core/tensors.js';
import type { Loaded } from '../../src/export/format.js';
import { npz } from '../../src/export/formats/npz.js';
import { safetensors } from '../../src/export/formats/safetensors.js';
import { loadModel } from '../../src/export/modelFolder.js';
import { anyBackend } from '../support/backends.js';
import { shared, withShared } from '../support/needs.js';

beforeAll(anyBackend);
const cases = join(shared, 'cases');
const given = { activations: [tanh, softmax] };

/** X (4, 6) and AL (3, 6), which another program has computed in double precision. */
function expectOutputs({ network, params }: Loaded, tolerance = 1e-6, X?: Tensor): void {
  const truth = JSON.parse(readFileSync(join(cases, 'X.json'), 'utf8'));
  const { AL } = forward(network, params, X ?? tensor(truth.X, [4, 6]));
  const apart = Math.max(...AL.dataSync().map((a, i) => Math.abs(a - truth.A[i])));
  expect(apart).toBeLessThanOrEqual(tolerance);
}

withShared.describe('models as people have them give the outputs that they must', () => {
  test.each([
    'keras3',
    'training-mse',
    'dropout',
    'activation-layers',
    'softmax-layer',
    'functional',
  ])('layers/%s', async (name) => expectOutputs(await loadModel(join(cases, 'layers', name))));

  test('compiled with mse, it has that loss', async () => {
    const { network } = await loadModel(join(cases, 'layers', 'training-mse'));
    expect(network.loss).toBe(losses.meanSquaredError);
  });

  test('quantized, they are near, and say so', async () => {
    const loaded = await loadModel(join(cases, 'layers', 'quantized-uint8'));
    expectOutputs(loaded, 0.02);
    expect(loaded.note).toMatch(/quantized to uint8/);
  });

  test('a Flatten first: pictures of 2 x 2 are the four numbers', async () => {
    const truth = JSON.parse(readFileSync(join(cases, 'X.json'), 'utf8'));
    const rows = tf.reshape(tf.transpose(tensor(truth.X, [4, 6])), [6, 2, 2]);
    expectOutputs(await loadModel(join(cases, 'layers', 'flatten')), 1e-6, rows);
  });

  // Of these, the other program's outputs are not there: that they are read, and their layers.
  test.each<[string, string[]]>([
    ['no-bias', ['dense', 'dense']],
    ['batchnorm', ['dense', 'batchNorm', 'dense']],
    ['dense-on-sequence', ['dense', 'dense']],
    ['gelu', ['dense', 'dense']],
    ['leaky-001f', ['dense', 'dense']],
  ])('layers/%s is read', async (name, kinds) => {
    const { network } = await loadModel(join(cases, 'layers', name));
    expect(network.layers.map(({ kind }) => kind)).toEqual(kinds);
  });

  test.each(['arr', 'bias-row', 'lowercase', 'sklearn', 'sklearn-b2d', 'w0', 'float16'])(
    'npz/%s.npz',
    async (name) => {
      const loaded = await npz.load!(join(cases, 'npz', `${name}.npz`), given);
      expectOutputs(loaded, name === 'float16' ? 2e-3 : 1e-6);
    },
  );

  test('npz: transposed, it says so; square, it says what it was taken for', async () => {
    const read = (name: string) => npz.load!(join(cases, 'npz', `${name}.npz`), given);
    expect((await read('sklearn')).note).toMatch(/were transposed/);
    expect((await read('square-transposed')).note).toMatch(/is square, and was read as/);
  });

  test('npz: a dictionary in one entry is refused with the cure', async () => {
    const read = npz.load!(join(cases, 'npz', 'object.npz'), given);
    await expect(read).rejects.toThrow(ModelError);
    await expect(read).rejects.toThrow('np.savez(path, **parameters)');
  });

  test.each<[string, number]>([
    ['torch', 1e-6],
    ['bias-1d', 1e-6],
    ['f16', 2e-3],
    ['bf16', 2e-2],
  ])('safetensors/%s.safetensors', async (name, tolerance) => {
    const path = join(cases, 'safetensors', `${name}.safetensors`);
    expectOutputs(await safetensors.load!(path, given), tolerance);
  });
});
