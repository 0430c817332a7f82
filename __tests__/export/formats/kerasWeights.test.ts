import { beforeAll, expect, test } from '@jest/globals';
import { kerasWeights } from '../../../src/export/formats/kerasWeights.js';
import { weightsH5 } from '../../../src/export/kerasH5.js';
import { kerasNodes } from '../../../src/export/kerasNodes.js';
import { exported } from '../../../src/export/weights.js';
import { anyBackend } from '../../support/backends.js';
import { drawn } from '../../support/storedNetworks.js';

beforeAll(anyBackend);

// Keras demands the ending, and knows the file by it.
test('a .weights.h5, which is the HDF5 file of Keras', async () => {
  const { network, params } = drawn();
  expect(kerasWeights.extension).toBe('.weights.h5');
  const file = Buffer.from(await kerasWeights.encode({ network, params }));
  expect(file.subarray(0, 8).toString('latin1')).toBe('\x89HDF\r\n\x1a\n');
  const values = await exported(network, params);
  expect(file.equals(await weightsH5(kerasNodes(network, 'keras3'), values))).toBe(true);
});
