import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { linear } from '../../../src/core/activations.js';
import { sampleAxisOf } from '../../../src/core/inputs.js';
import type { Layer } from '../../../src/core/layer.js';
import { type EmbeddingOptions, embedding } from '../../../src/core/layers/embedding.js';
import { dense, reshape, residual, sequential } from '../../../src/core/layers.js';
import { meanSquaredError } from '../../../src/core/losses.js';
import { forward, network } from '../../../src/core/network.js';
import { RandomState } from '../../../src/core/random.js';
import { tensor } from '../../../src/core/tensors.js';
import { onEachBackend } from '../../support/backends.js';
import { boundOn, describeGoldens, type LayerCase } from '../../support/layerGoldens.js';
import { describePlanted } from '../../support/plantedInLayers.js';

const layerOf = (config: LayerCase['config']) => embedding(config as unknown as EmbeddingOptions);

describeGoldens('embedding', layerOf);

const ids = (rows: number[][]) => () => tf.tensor2d(rows, undefined, 'int32');
const options = { inputDim: 4, outputDim: 3 };

describePlanted({
  kind: 'embedding',
  layerOf,
  situations: [
    [
      embedding(options),
      {
        input: [3],
        m: 2,
        X: ids([
          [0, 3, 3],
          [1, 3, 0],
        ]),
      },
    ],
    [embedding(options), { input: [1], m: 3, X: ids([[2], [2], [2]]) }],
  ],
  mistakes: {
    'the last of equal ids alone': ({ grads }, dY, { ids }) => ({
      grads: { dE: lastAlone(dY, ids, grads.dE.shape) },
    }),
    'the mean of equal ids': ({ grads }, dY, { ids }) => ({
      grads: {
        dE: tf.div(grads.dE, tf.maximum(1, tf.scatterND(ids, tf.onesLike(dY), grads.dE.shape))),
      },
    }),
    'shifted by a row': ({ grads }) => ({
      grads: { dE: tf.concat([tf.slice(grads.dE, [1, 0]), tf.slice(grads.dE, [0, 0], [1, -1])]) },
    }),
    'the mean over positions too': ({ grads }, dY) => ({
      grads: { dE: dY.shape[1] === 1 ? tf.mul(grads.dE, 3) : tf.div(grads.dE, dY.shape[1]!) },
    }),
  },
});

function lastAlone(dY: tf.Tensor, ids: tf.Tensor, shape: number[]) {
  const [rows, order] = [dY.dataSync(), ids.dataSync()];
  const dE = new Float64Array(shape[0] * shape[1]);
  for (const [k, id] of order.entries()) {
    for (let j = 0; j < shape[1]; j++) dE[id * shape[1] + j] = rows[k * shape[1] + j] / dY.shape[0];
  }
  return tensor(dE, shape);
}

onEachBackend((backend) => {
  test('rows, and sums of rows, as a loop has them', () => {
    tf.tidy(() => {
      const [V, d, m, T] = [65, 8, 5, 40];
      const random = new RandomState(7);
      const tokens = random.randint(0, V, m * T);
      const E = tensor(random.randn(V * d), [V, d]);
      const dY = tensor(random.randn(m * T * d), [m, T, d]);
      const layer = embedding({ inputDim: V, outputDim: d });
      const given = { params: { E }, training: true };
      const { Y, cache } = layer.forward(tf.tensor2d(tokens, [m, T], 'int32'), given);
      const { dX, grads } = layer.backward(dY, given, cache);
      const [e, dy] = [E.dataSync(), dY.dataSync()];
      const dE = new Float64Array(V * d);
      const y = Y.dataSync();
      for (const [k, id] of tokens.entries()) {
        for (let j = 0; j < d; j++) {
          expect(y[k * d + j]).toBe(e[id * d + j]);
          dE[id * d + j] += dy[k * d + j] / m;
        }
      }
      for (const [i, sum] of grads.dE.dataSync().entries()) {
        expect(Math.abs(sum - dE[i])).toBeLessThanOrEqual(boundOn(backend));
      }
      expect(Array.from(dX().dataSync())).toEqual(new Array(m * T).fill(0));
      expect(dX().shape).toEqual([m, T]);
    });
  });

  test('ids as float32 numbers do too', () => {
    tf.tidy(() => {
      const E = tensor([1, 2, 3, 4], [4, 1]);
      const { Y } = embedding({ inputDim: 4, outputDim: 1 }).forward(tensor([3, 0], [1, 2]), {
        params: { E },
        training: false,
      });
      expect(Y.shape).toEqual([1, 2, 1]);
      expect(Array.from(Y.dataSync())).toEqual([4, 1]);
    });
  });

  test.each([4, -1, 100_000_000])('id %d of 4 is never silently a vector', (id) => {
    tf.tidy(() => {
      const layer = embedding({ inputDim: 4, outputDim: 1 });
      const given = { params: { E: tensor([1, 2, 3, 4], [4, 1]) }, training: true };
      const wrong = () => layer.forward(tf.tensor2d([[0, id]], [1, 2], 'int32'), given);
      if (backend !== 'wasm') return expect(wrong).toThrow();
      const { Y, cache } = wrong();
      expect(Array.from(Y.dataSync())).toEqual([Number.NaN, Number.NaN]);
      // Backward stays within dE.
      const { grads } = layer.backward(tensor([1, 1], [1, 2, 1]), given, cache);
      expect(tf.sum(grads.dE).dataSync()[0]).toBe(2);
    });
  });
});

test('reads ids, gives vectors', () => {
  const layer = embedding({ inputDim: 65, outputDim: 16 });
  expect(layer.reads).toEqual({ ids: 65 });
  expect(layer.inputDim).toBe(65);
  expect(layer.output([32])).toEqual([32, 16]);
  expect(() => layer.output([32, 4])).toThrow(
    'embedding reads ids, T of them in each sample, and not numbers of shape 32x4. Put it first, with the input [T].',
  );
  const { E } = layer.parameters([32]);
  expect([E.shape, E.decays]).toEqual([[65, 16], true]);
});

test("starts within ±0.05, as Keras's", () => {
  const E = embedding({ inputDim: 20, outputDim: 10 })
    .parameters([3])
    .E.initialize(new RandomState(1));
  for (const value of E.dataSync()) expect(Math.abs(value)).toBeLessThanOrEqual(0.05);
  E.dispose();
});

test.each([
  [{ inputDim: 0, outputDim: 2 }, 'embedding: inputDim is 0; give a whole number from 1.'],
  [
    { inputDim: 3 } as EmbeddingOptions,
    'embedding: outputDim is undefined; give a whole number from 1.',
  ],
  [{ inputDim: 3, outputDim: 2.5 }, 'embedding: outputDim is 2.5'],
  [
    { inputDim: 3, outputDim: 2, initializer: 'uniform' as never },
    "embedding: the initializer is the string 'uniform'",
  ],
])('%j is refused', (options, message) => {
  expect(() => embedding(options)).toThrow(message);
});

test('its config makes it again', () => {
  const { config } = embedding({ inputDim: 3, outputDim: 2 });
  expect(embedding(config as unknown as EmbeddingOptions).config).toEqual({
    inputDim: 3,
    outputDim: 2,
  });
});

test('behind another layer it is refused, and beside numbers too', () => {
  const E = embedding({ inputDim: 5, outputDim: 2 });
  const of = (...layers: Layer[]) => network({ input: [4], layers, loss: meanSquaredError });
  expect(() => of(dense(4, linear), E)).toThrow(
    'embedding 1, on the 4 input that linear 1 gives: it reads ids. Put it first in the network.',
  );
  expect(() => of(dense(4, linear), sequential([E]))).toThrow('Put it first in the network.');
  expect(() => of(residual([E], [dense(8, linear), reshape([4, 2])]))).toThrow(
    'residual 1, on the 4 input of the network: one way reads ids and the other numbers.',
  );
});

test('two beside each other read the same ids', () => {
  const net = network({
    input: [2],
    layers: [
      residual(
        [embedding({ inputDim: 3, outputDim: 1 })],
        [embedding({ inputDim: 5, outputDim: 1 })],
      ),
    ],
    loss: meanSquaredError,
  });
  expect([net.layers[0].reads, sampleAxisOf(net)]).toEqual([{ ids: 3 }, 0]);
  tf.tidy(() => {
    const params = {
      'E1.1': tf.tensor2d([1, 2, 3], [3, 1]),
      'E1.s1': tf.tensor2d([10, 20, 30, 40, 50], [5, 1]),
    };
    const { AL } = forward(net, params, tf.tensor2d([0, 2, 2, 1], [2, 2], 'int32'));
    expect(AL.arraySync()).toEqual([
      [[11], [33]],
      [[33], [22]],
    ]);
  });
});
