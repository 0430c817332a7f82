import { beforeAll, describe, expect, test } from '@jest/globals';
import { relu, sigmoid, tanh } from '../../src/core/activations.js';
import { ModelError } from '../../src/core/errors.js';
import { denseLayersOf } from '../../src/core/layers/dense.js';
import { dense } from '../../src/core/layers.js';
import { binaryCrossEntropy } from '../../src/core/losses.js';
import { network } from '../../src/core/network.js';
import type { Params } from '../../src/core/tensors.js';
import { exported, fromMatrices, type StoredMatrix } from '../../src/export/weights.js';
import { anyBackend } from '../support/backends.js';
import { toRows, toTensor } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { drawn } from '../support/storedNetworks.js';

beforeAll(anyBackend);

test('the parameters in float32, row by row', async () => {
  const { network, params } = drawn();
  const values = await exported(network, params);
  expect(Object.keys(values)).toEqual(['W1', 'b1', 'W2', 'b2']);
  expect([...values.W1]).toEqual(toRows(params.W1).flat());
  expect([...values.b2]).toEqual(toRows(params.b2).flat());
});

test.each<[string, (params: Params) => Params, RegExp]>([
  ['a missing b2', ({ b2, ...others }) => others, /hold no b2: there are W1, b1, W2\./],
  ['a b3 too many', (params) => ({ ...params, b3: params.b2 }), /hold b3, which no layer has/],
  [
    'a misshapen b1',
    (params) => ({ ...params, b1: params.b2 }),
    /b1 of dense 1 is \(3, 1\), expected \(4, 1\)/,
  ],
])('%s is a ModelError that names it', async (_, change, message) => {
  const { network, params } = drawn();
  const refused = exported(network, change(params));
  await expect(refused).rejects.toThrow(ModelError);
  await expect(refused).rejects.toThrow(message);
});

test('more than 2 GiB are refused before anything is read', async () => {
  const layers = [dense(2 ** 14, relu), dense(2 ** 14, relu), dense(2 ** 14, sigmoid)];
  const large = network({ nX: 2 ** 14, layers, loss: binaryCrossEntropy });
  const failure = exported(large, {});
  await expect(failure).rejects.toThrow(ModelError);
  // 3 (2¹⁴ 2¹⁴ + 2¹⁴) weights of four bytes.
  await expect(failure).rejects.toThrow('805355520 weights, 3221422080 bytes');
});

describe('matrices that make no network are a ModelError, and leave no tensor', () => {
  const given = { activations: [tanh, sigmoid] };
  const of = (shape: number[], values = new Float64Array(shape.reduce((a, b) => a * b, 1))) => ({
    ...{ shape, values },
  });
  const right = { W1: of([4, 3]), b1: of([4, 1]), W2: of([2, 4]), b2: of([2, 1]) };
  const read = (matrices: Record<string, StoredMatrix>) =>
    fromMatrices(new Map(Object.entries(matrices)), undefined, given, 'm.npz');

  test('these here make one', () => {
    const { network, params } = read(right);
    expect([network.nX, ...denseLayersOf(network.layers).map(({ units }) => units)]).toEqual([
      3, 4, 2,
    ]);
    expect(Object.keys(params)).toEqual(['W1', 'b1', 'W2', 'b2']);
  });

  test.each<[string, Record<string, StoredMatrix | undefined>, string]>([
    ['none at all', { W1: undefined, b1: undefined, W2: undefined, b2: undefined }, 'has no W1'],
    ['no W1', { W1: undefined }, 'has no W1; it holds b1, W2, b2.'],
    ['no W2', { W2: undefined }, 'has no W2; it holds W1, b1, b2. Each layer needs W and b.'],
    ['no b1', { b1: undefined }, 'has no b1'],
    ['a gap', { W9: of([2, 2]), b9: of([2, 1]) }, 'has no '],
    ['layer 999999999', { W999999999: of([2, 2]) }, 'has no '],
    ['something else', { gamma: of([1]) }, 'holds gamma beside W1, b1, …'],
    ['other names', { W1: undefined, V1: of([4, 3]) }, 'has no W1; it holds b1, W2, b2, V1.'],
    ['b of other units', { b1: of([1, 5]) }, 'b1 is (1, 5), but W1 is (4, 3): expected a column'],
    ['b in two rows', { b1: of([2, 2]) }, 'In numpy, b1.reshape(-1, 1) is one.'],
    ['W2 transposed', { W2: of([4, 2]) }, 'W2 is (4, 2), but layer 1 has 4 units'],
    ['W2 too wide', { W2: of([2, 5]) }, 'so that its columns must be 4'],
    ['W1 a vector', { W1: of([12]) }, 'W1 is (12); expected a matrix (n_1, n_0)'],
    ['W1 empty', { W1: of([0, 3]) }, 'W1 is (0, 3); expected a matrix'],
    ['W1 a cube', { W1: of([4, 3, 1]) }, 'W1 is (4, 3, 1); expected a matrix'],
    ['NaN', { b2: of([2, 1], Float64Array.of(1, Number.NaN)) }, 'b2 holds NaN'],
    ['more than float32', { b2: of([2, 1], Float64Array.of(1e300, 0)) }, 'b2 holds 1e+300'],
  ])('%s', async (_, change, message) => {
    const matrices = Object.fromEntries(
      Object.entries({ ...right, ...change }).flatMap(([name, M]) => (M ? [[name, M]] : [])),
    );
    await expectFlatMemory(() => {
      expect(() => read(matrices)).toThrow(ModelError);
      expect(() => read(matrices)).toThrow(message);
      expect(() => read(matrices)).toThrow(/^m\.npz/);
    });
  });
});

test('doubles are rounded to the nearest float32', () => {
  const values = Float64Array.of(0.1, 1 / 3, -Math.PI);
  const matrices = new Map<string, StoredMatrix>([
    ['W1', { shape: [1, 3], values }],
    ['b1', { shape: [1, 1], values: Float64Array.of(1e-50) }],
  ]);
  const { params } = fromMatrices(matrices, undefined, { activations: [sigmoid] }, 'f');
  expect(toRows(params.W1)).toEqual(toRows(toTensor([[...values.map(Math.fround)]])));
  expect(toRows(params.b1)).toEqual([[0]]);
});
