import { beforeAll, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { kerasNpz } from '../../../src/export/formats/kerasNpz.js';
import { readNpy } from '../../../src/files/npy.js';
import { anyBackend } from '../../support/backends.js';
import { toRows, transpose } from '../../support/matrices.js';
import { drawn, golden } from '../../support/storedNetworks.js';

beforeAll(anyBackend);
const layout = JSON.parse(Buffer.from(golden('keras.json')).toString());

test('the arrays of get_weights(), in their order: Wᵀ and b', async () => {
  const { network, params } = drawn();
  const entries = Object.entries(unzipSync(await kerasNpz.encode({ network, params })));
  const arrays = entries.map(([name, bytes]) => readNpy(bytes, name));
  expect(arrays.map(({ shape }) => [shape, '<f4'])).toEqual(layout.arrays);
  const { W1, b1, W2, b2 } = params;
  expect(arrays.map(({ values }) => [...values])).toEqual([
    transpose(toRows(W1)).flat(),
    toRows(b1).flat(),
    transpose(toRows(W2)).flat(),
    toRows(b2).flat(),
  ]);
});
