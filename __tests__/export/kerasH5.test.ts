import { beforeAll, expect, test } from '@jest/globals';
import type { Dataset } from 'h5wasm';
import { relu } from '../../src/core/activations.js';
import { dense } from '../../src/core/layers.js';
import { meanSquaredError } from '../../src/core/losses.js';
import { type Network, network } from '../../src/core/network.js';
import type { Params } from '../../src/core/tensors.js';
import { readInMemory } from '../../src/data/hdf5Memory.js';
import { weightsH5 } from '../../src/export/kerasH5.js';
import { kerasNodes } from '../../src/export/kerasNodes.js';
import { exported } from '../../src/export/weights.js';
import { anyBackend } from '../support/backends.js';
import { build, toRows, toTensor, transpose } from '../support/matrices.js';
import { drawn, golden } from '../support/storedNetworks.js';

beforeAll(anyBackend);
const layout = JSON.parse(Buffer.from(golden('keras.json')).toString());

const written = async ({ network, params }: { network: Network; params: Params }) =>
  weightsH5(kerasNodes(network, 'keras3'), await exported(network, params));

test('the datasets are those that Keras writes, with Wᵀ and b in them', async () => {
  const { network, params } = drawn();
  const read = await readInMemory(await written({ network, params }), (file) =>
    Object.keys(layout.datasets).map((path) => {
      const { shape, dtype, value } = file.get(path) as Dataset;
      return { path, about: [shape, `${dtype}4`], value: Array.from(value as Float32Array) };
    }),
  );
  const told = read.map(({ path, about }) => [path, about]);
  expect(Object.fromEntries(told)).toEqual(layout.datasets);
  const value = (path: string) => read.find((one) => one.path === path)!.value;
  expect(value('layers/dense/vars/0')).toEqual(transpose(toRows(params.W1)).flat());
  expect(value('layers/dense/vars/1')).toEqual(toRows(params.b1).flat());
  expect(value('layers/dense_1/vars/0')).toEqual(transpose(toRows(params.W2)).flat());
  expect(value('layers/dense_1/vars/1')).toEqual(toRows(params.b2).flat());
});

test('a third layer is dense_2: Keras counts from none', async () => {
  const net = network({
    nX: 1,
    layers: [1, 1, 1].map(() => dense(1, relu)),
    loss: meanSquaredError,
  });
  const names = [1, 2, 3].flatMap((l) => [`W${l}`, `b${l}`]);
  const params = Object.fromEntries(names.map((name) => [name, toTensor(build(1, 1, () => 1))]));
  const layers = await readInMemory(await written({ network: net, params }), (file) =>
    (file.get('layers') as unknown as { keys(): string[] }).keys(),
  );
  expect(layers.sort()).toEqual(['dense', 'dense_1', 'dense_2']);
});
