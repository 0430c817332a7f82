import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../../src/core/activation.js';
import { sigmoid, tanh } from '../../src/core/activations.js';
import { ModelError } from '../../src/core/errors.js';
import { dense } from '../../src/core/layers.js';
import { binaryCrossEntropy } from '../../src/core/losses.js';
import { initialize, network } from '../../src/core/network.js';
import { RandomState } from '../../src/core/random.js';
import { disposeReplaced } from '../../src/core/tensors.js';
import type { Card } from '../../src/export/card.js';
import { loadModel, loadNetwork, saveModel } from '../../src/export/modelFolder.js';
import { onEachBackend } from '../support/backends.js';
import { toRows, toTensor } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const file = { file: 'none.h5', sha256: '00', m: 1 };
const card: Card = {
  name: 'test',
  layers: [3, 4, 1],
  activations: ['tanh', 'sigmoid'],
  loss: 'binaryCrossEntropy',
  initializer: 'course',
  seed: 1,
  hyperparameters: { learningRate: 0.1 },
  dataSet: { name: 'none', train: file, test: file },
  costs: { 0: 0.7 },
  accuracy: { train: 100, test: 50 },
  preprocessing: { height: 1, width: 1, channels: 3, scale: '1/255', resize: 'none' },
  classNames: ['no', 'yes'],
  versions: { handgrad: '0' },
};

function model(hidden: Activation = tanh) {
  const layers = [dense(4, hidden), dense(1, sigmoid)];
  const net = network({ nX: 3, layers, loss: binaryCrossEntropy });
  return { network: net, params: initialize(net, new RandomState(2)) };
}
/** The hidden layer is not what it tells Keras: what is saved gives other outputs. */
const misnamed: Activation = { ...tanh, keras: { activation: 'sigmoid' } };

const bytes = (path: string) =>
  readdirSync(path).map((name) => [name, readFileSync(join(path, name)).toString('base64')]);

onEachBackend((backend) => {
  const root = temporaryFolder();

  test('model, weights and card come back, and memory is flat', async () => {
    const path = join(root, 'whole');
    const { network, params } = model();
    const loaded = await expectFlatMemory(async () => {
      await saveModel(path, network, params, card);
      const loaded = await loadModel(path);
      const W1 = toRows(loaded.params.W1);
      disposeReplaced(loaded.params, {});
      return { card: loaded.card, W1 };
    });
    expect(readdirSync(path).sort()).toEqual(['card.json', 'model.json', 'weights.bin']);
    expect(loaded.card).toEqual(card);
    expect(loaded.W1).toEqual(toRows(params.W1).map((row) => row.map(Math.fround)));
  });

  test('outputs that are apart: an error, the old files stay byte for byte, no temporary', async () => {
    const path = join(root, 'kept');
    const { network, params } = model();
    await saveModel(path, network, params, card);
    const before = bytes(path);
    const wrong = model(misnamed);
    await expectFlatMemory(async () => {
      const saving = saveModel(path, wrong.network, wrong.params, { ...card, name: 'wrong' });
      await expect(saving).rejects.toThrow(ModelError);
      await expect(saving).rejects.toThrow("does not give the network's outputs");
    });
    expect(bytes(path)).toEqual(before);
    expect(readdirSync(root).filter((name) => name.startsWith('kept'))).toEqual(['kept']);
  });

  test('parameters that are NaN are not saved', async () => {
    const { network, params } = model();
    const broken = { ...params, b2: toTensor([[Number.NaN]]) };
    const saving = saveModel(join(root, 'nan'), network, broken, card);
    await expect(saving).rejects.toThrow(ModelError);
    expect(readdirSync(root)).not.toContain('nan');
  });

  test('a check that throws leaves no tensor behind', async () => {
    const throwing: Activation = {
      ...tanh,
      forward: () => {
        throw new Error('no forward');
      },
    };
    const { network, params } = model(throwing);
    await expectFlatMemory(() =>
      expect(saveModel(join(root, 'thrown'), network, params, card)).rejects.toThrow('no forward'),
    );
  });

  test(`a folder that cannot be made, because a file stands there (${backend})`, async () => {
    const path = join(root, 'file');
    writeFileSync(path, 'mine');
    const { network, params } = model();
    await expectFlatMemory(() =>
      expect(saveModel(path, network, params, card)).rejects.toThrow(
        'a file stands where a folder should',
      ),
    );
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(readdirSync(root).filter((name) => name.startsWith('file'))).toEqual(['file']);
  });

  describe('the card', () => {
    const save = async (name: string) => {
      const { network, params } = model();
      const path = join(root, name);
      await saveModel(path, network, params, card);
      return path;
    };

    test('a model from elsewhere has none; one of ours has it in model.json too', async () => {
      const path = await save('elsewhere');
      const plain = join(root, 'plain');
      mkdirSync(plain);
      for (const name of ['model.json', 'weights.bin']) {
        writeFileSync(join(plain, name), readFileSync(join(path, name)));
      }
      expect((await loadModel(plain)).card).toEqual(card);
      const { handgrad, userDefinedMetadata, ...model } = JSON.parse(
        readFileSync(join(plain, 'model.json'), 'utf8'),
      );
      const { loss, l2 } = userDefinedMetadata;
      const other = { ...model, userDefinedMetadata: { loss, l2 } };
      writeFileSync(join(plain, 'model.json'), JSON.stringify(other));
      expect((await loadModel(plain)).card).toBeUndefined();
    });

    test('one that is no JSON is a ModelError, and leaves no tensor', async () => {
      const path = await save('torn');
      writeFileSync(join(path, 'card.json'), '{"name":');
      await expectFlatMemory(async () => {
        await expect(loadModel(path)).rejects.toThrow(ModelError);
        await expect(loadModel(path)).rejects.toThrow(join(path, 'card.json'));
      });
    });
  });

  test('layers that do not fit their weights: the error names the folder', async () => {
    const path = join(root, 'unfit');
    const { network, params } = model();
    await saveModel(path, network, params, card);
    const text = readFileSync(join(path, 'model.json'), 'utf8');
    writeFileSync(join(path, 'model.json'), text.replace('"units": 4', '"units": 5'));
    await expectFlatMemory(async () => {
      await expect(loadModel(path)).rejects.toThrow(ModelError);
      await expect(loadModel(path)).rejects.toThrow('its layer needs (3, 5)');
      await expect(loadModel(path)).rejects.toThrow(path);
    });
  });

  test('an io handler that does not load is a ModelError', async () => {
    const handler = tf.io.withSaveHandler(() => Promise.reject(new Error('not called')));
    await expect(loadNetwork(handler)).rejects.toThrow(ModelError);
  });
});
