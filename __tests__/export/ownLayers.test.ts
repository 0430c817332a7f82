import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { relu } from '../../src/core/activations.js';
import { ModelError } from '../../src/core/errors.js';
import type { Layer } from '../../src/core/layer.js';
import { dense, residual } from '../../src/core/layers.js';
import type { Loss } from '../../src/core/loss.js';
import { meanSquaredError } from '../../src/core/losses.js';
import { forward, initialize, network } from '../../src/core/network.js';
import { RandomState } from '../../src/core/random.js';
import { disposeReplaced, zerosOf } from '../../src/core/tensors.js';
import * as formats from '../../src/export/formats/index.js';
import { loadModel, saveModel } from '../../src/export/modelFolder.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import { anyBackend } from '../support/backends.js';
import { expectFlatMemory } from '../support/memory.js';
import { bits, expectSame } from '../support/storedNetworks.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

beforeAll(anyBackend);
const root = temporaryFolder();

/** Y = X + s, with a shift for each feature: a layer that handgrad does not have. */
function shift({ start = 0 }: { start?: number } = {}): Layer {
  return {
    kind: 'shift',
    config: { start },
    output: (input) => input,
    parameters: ([n]) => ({
      s: { shape: [n, 1], initialize: () => tf.add(zerosOf([n, 1]), start) },
    }),
    forward: (X, { params: { s } }) => ({ Y: tf.add(X, s), cache: {} }),
    backward: (dY) => ({ dX: () => dY, grads: { ds: tf.mean(dY, 1, true) } }),
  };
}

/** The same as the mean squared error, under a name of one's own. */
const squares: Loss = { ...meanSquaredError, name: 'squares' };

const net = network({
  ...{ input: 3, layers: [dense(4, relu), shift({ start: 2 }), shift(), dense({ units: 2 })] },
  loss: squares,
});
const layers = { shift, squares };
const drawn = () => initialize(net, new RandomState(1));

test('a folder keeps it, and gives it back with its maker, bit for bit', async () => {
  const params = drawn();
  const path = join(root, 'own');
  await expectFlatMemory(async () => {
    await saveModel(path, net, params);
    const loaded = await loadModel(path, { layers });
    expectSame(loaded, { network: net, params });
    expect(loaded.network.loss).toBe(squares);
    disposeReplaced(loaded.params, {});
  });
  const { modelTopology } = JSON.parse(readFileSync(join(path, 'model.json'), 'utf8'));
  expect(modelTopology.class_name).toBe('HandgradNetwork');
});

test('DeepNeuralNetwork loads it, trains it on, and saves it again', async () => {
  const path = join(root, 'trained');
  await saveModel(path, net, drawn());
  const model = await DeepNeuralNetwork.load(path, { layers });
  const X = tf.randomNormal([3, 5], 0, 1, 'float32', 1) as tf.Tensor2D;
  const Y = tf.ones([2, 5]) as tf.Tensor2D;
  await model.fit(X, Y, { iterations: 3 });
  await model.save(path);
  const again = await DeepNeuralNetwork.load(path, { layers });
  expect(bits(again.parameters)).toEqual(bits(model.parameters));
});

test.each([formats.npz, formats.safetensors])('$name too', async (format) => {
  const params = drawn();
  const path = join(root, `m${format.extension}`);
  await format.save(path, { network: net, params });
  expectSame(await format.load!(path, { layers }), { network: net, params });
  await expect(format.load!(path, {})).rejects.toThrow(/no layer of the kind shift/);
});

test('without its maker: which kind is missing, and how to give it', async () => {
  const path = join(root, 'missing');
  await saveModel(path, net, drawn());
  await expectFlatMemory(async () => {
    const loading = loadModel(path);
    await expect(loading).rejects.toThrow(ModelError);
    await expect(loading).rejects.toThrow(/no layer of the kind shift; .* as \{ shift: … \}/);
    await expect(loading).rejects.toThrow(path);
    await expect(loadModel(path, { layers: { shift } })).rejects.toThrow(
      /loss of the kind squares/,
    );
  });
});

test('inside a block it is kept too, and no other tool is promised it', async () => {
  const inside = network({
    ...{ input: 3, layers: [residual([shift()]), dense({ units: 2 })], loss: meanSquaredError },
  });
  const params = initialize(inside, new RandomState(1));
  const path = join(root, 'block');
  await saveModel(path, inside, params);
  expectSame(await loadModel(path, { layers }), { network: inside, params });
  for (const format of [formats.keras, formats.kerasNpz, formats.kerasWeights, formats.onnx]) {
    for (const model of [
      { network: inside, params },
      { network: net, params: drawn() },
    ]) {
      await expect(format.encode(model)).rejects.toThrow(ModelError);
      await expect(format.encode(model)).rejects.toThrow(/layer of your own/);
    }
  }
});

test('a maker that makes another layer: its weights do not fit', async () => {
  const path = join(root, 'other');
  await saveModel(path, net, drawn());
  const wide = () => ({ ...shift(), parameters: () => ({}) });
  await expectFlatMemory(async () => {
    const loading = loadModel(path, { layers: { shift: wide, squares } });
    await expect(loading).rejects.toThrow(ModelError);
  });
  const { AL } = forward(net, drawn(), tf.ones([3, 2]));
  expect(AL.shape).toEqual([2, 2]);
});
