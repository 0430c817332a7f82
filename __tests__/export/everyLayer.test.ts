import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tfjs from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { forward } from '../../src/core/network.js';
import { disposeReplaced } from '../../src/core/tensors.js';
import { fileSystem } from '../../src/export/files.js';
import { npz } from '../../src/export/formats/npz.js';
import { safetensors } from '../../src/export/formats/safetensors.js';
import { fromLayersModel } from '../../src/export/layersModel.js';
import { loadModel, saveModel } from '../../src/export/modelFolder.js';
import { anyBackend } from '../support/backends.js';
import { drawnFor, everyLayer, samplesOf } from '../support/everyLayer.js';
import { expectFlatMemory } from '../support/memory.js';
import { bits, expectSame } from '../support/storedNetworks.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

beforeAll(anyBackend);
const root = temporaryFolder();

/** The outputs in rows, and the numbers in them. */
const inRows = (A: tf.Tensor) => (A.rank === 2 ? tf.transpose(A) : A);

function expectClose(a: tf.Tensor, b: tf.Tensor, tolerance = 1e-5): void {
  expect(a.shape).toEqual(b.shape);
  const apart = tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]);
  expect(apart).toBeLessThanOrEqual(tolerance);
}

describe.each(everyLayer)('$name', ({ name, network, in: known }) => {
  test('comes back bit for bit from a folder, npz and safetensors', async () => {
    const params = drawnFor(network);
    const path = join(root, name);
    await expectFlatMemory(async () => {
      await saveModel(path, network, params);
      const model = { network, params };
      for (const loaded of [
        await loadModel(path),
        npz.decode(await npz.encode(model), {}, 'm.npz'),
        safetensors.decode(await safetensors.encode(model), {}, 'm.safetensors'),
      ]) {
        expectSame(loaded, model);
        disposeReplaced(loaded.params, {});
      }
    });
  });

  test('in TensorFlow.js', async () => {
    const params = drawnFor(network);
    const path = join(root, name);
    await saveModel(path, network, params);
    const loading = tfjs.loadLayersModel(fileSystem(path));
    if (!known.includes('tfjs')) {
      await expect(loading).rejects.toThrow('HandgradNetwork');
      return;
    }
    const model = await loading;
    const { X, rows } = samplesOf(network);
    const own = inRows(forward(network, params, X).AL);
    expectClose(model.predict(rows) as tf.Tensor, own);
    // What TensorFlow.js saves, with its own names and without what is said of the network.
    await model.save(
      tfjs.io.withSaveHandler(async (artifacts) => {
        const { userDefinedMetadata, ...plain } = artifacts;
        expect(userDefinedMetadata).toBeDefined();
        const again = fromLayersModel(plain);
        expectClose(inRows(forward(again.network, again.params, X).AL), own);
        const same = fromLayersModel(artifacts);
        expectSame(same, { network, params });
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      }),
    );
    expect(bits(params)).toBeDefined();
  });
});
