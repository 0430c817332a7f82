import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tfjs from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { unzipSync, zipSync } from 'fflate';
import * as ort from 'onnxruntime-web/wasm';
import { forward } from '../../src/core/network.js';
import { disposeReplaced } from '../../src/core/tensors.js';
import { fileSystem } from '../../src/export/files.js';
import { keras } from '../../src/export/formats/keras.js';
import { kerasWeights } from '../../src/export/formats/kerasWeights.js';
import { npz } from '../../src/export/formats/npz.js';
import { onnx } from '../../src/export/formats/onnx.js';
import { safetensors } from '../../src/export/formats/safetensors.js';
import { fromLayersModel } from '../../src/export/layersModel.js';
import { loadModel, saveModel } from '../../src/export/modelFolder.js';
import { anyBackend } from '../support/backends.js';
import { drawnFor, everyLayer, samplesOf } from '../support/everyLayer.js';
import { expectFlatMemory } from '../support/memory.js';
import { expectSame } from '../support/storedNetworks.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

ort.env.wasm.numThreads = 1; // more are threads that jest would wait for
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
        expect(userDefinedMetadata).toMatchObject({ loss: network.loss.name });
        const again = fromLayersModel(plain);
        expectClose(inRows(forward(again.network, again.params, X).AL), own);
        const same = fromLayersModel(artifacts);
        expectSame(same, { network, params });
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      }),
    );
  });

  test('in ONNX Runtime', async () => {
    const params = drawnFor(network);
    const encoding = onnx.encode({ network, params });
    if (!known.includes('onnx')) {
      await expect(encoding).rejects.toThrow(/ cannot be written: ONNX has no /);
      return;
    }
    const bytes = await encoding;
    await expectFlatMemory(() => {
      const loaded = onnx.decode(bytes, {}, 'm.onnx');
      expectSame(loaded, { network, params });
      disposeReplaced(loaded.params, {});
    });
    const session = await ort.InferenceSession.create(bytes);
    const { X, rows } = samplesOf(network, 4);
    const values = await rows.data();
    const input =
      rows.dtype === 'int32'
        ? new ort.Tensor('int64', BigInt64Array.from(values, BigInt), rows.shape)
        : new ort.Tensor('float32', values as Float32Array, rows.shape);
    const output = (await session.run({ X: input }))[session.outputNames[0]];
    await session.release();
    const theirs = tf.tensor(output.data as Float32Array, [...output.dims]);
    expectClose(theirs, inRows(forward(network, params, X).AL));
  });

  test('as .keras and .weights.h5 and back', async () => {
    const params = drawnFor(network);
    const model = { network, params };
    if (!known.includes('keras3')) {
      await expect(keras.encode(model)).rejects.toThrow(/ cannot be written: Keras has no /);
      return;
    }
    const weights = await kerasWeights.encode(model);
    const archive = await keras.encode(model);
    await expectFlatMemory(async () => {
      for (const loaded of [
        await keras.decode(archive, {}, 'm.keras'),
        await kerasWeights.decode(weights, { network }, 'm.weights.h5'),
      ]) {
        expectSame(loaded, model);
        disposeReplaced(loaded.params, {});
      }
    });
    // As Keras itself would have saved it: without what handgrad says of the network.
    const { 'metadata.json': _, ...plain } = unzipSync(archive);
    const again = await keras.decode(zipSync(plain), {}, 'm.keras');
    const { X } = samplesOf(network);
    expectClose(forward(again.network, again.params, X).AL, forward(network, params, X).AL);
  });
});
