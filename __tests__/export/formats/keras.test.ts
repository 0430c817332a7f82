import { beforeAll, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { keras } from '../../../src/export/formats/keras.js';
import { kerasWeights } from '../../../src/export/formats/kerasWeights.js';
import { anyBackend } from '../../support/backends.js';
import { drawn, golden } from '../../support/storedNetworks.js';

beforeAll(anyBackend);
const layout = JSON.parse(Buffer.from(golden('keras.json')).toString());
const textOf = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString());

test("the archive has the entries of Keras's own, with the version that is checked", async () => {
  const entries = unzipSync(await keras.encode(drawn()));
  expect(Object.keys(entries).sort()).toEqual(layout.names);
  expect(textOf(entries['metadata.json']).keras_version).toBe(layout.keras);
});

/** Keras writes a policy where it reads its name as well. */
const withoutDtype = (config: unknown) =>
  JSON.parse(JSON.stringify(config, (key, value) => (key === 'dtype' ? undefined : value)));

test('whatever its configuration says, that of Keras says too', async () => {
  const entries = unzipSync(await keras.encode(drawn()));
  const own = withoutDtype(textOf(entries['config.json']));
  expect(layout.config).toMatchObject(own);
  expect(own.config.layers).toHaveLength(4);
});

test('its weights are the file of keras-weights', async () => {
  const model = drawn();
  const entries = unzipSync(await keras.encode(model));
  const weights = await kerasWeights.encode(model);
  expect(Buffer.from(entries['model.weights.h5']).equals(weights)).toBe(true);
});
