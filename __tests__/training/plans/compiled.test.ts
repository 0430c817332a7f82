import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { relu, sigmoid, softmax } from '../../../src/core/activations.js';
import { he } from '../../../src/core/initializers.js';
import { type Layer, pureLayer } from '../../../src/core/layer.js';
import { batchNorm, dense, dropout } from '../../../src/core/layers.js';
import { binaryCrossEntropy, categoricalCrossEntropy } from '../../../src/core/losses.js';
import { initialize, type Network, network } from '../../../src/core/network.js';
import { gradientDescent } from '../../../src/core/optimizers.js';
import { RandomState } from '../../../src/core/random.js';
import { oneHot } from '../../../src/core/samples.js';
import { tensor } from '../../../src/core/tensors.js';
import { useBackend } from '../../../src/runtime/backends.js';
import { splitInBatches } from '../../../src/training/batches.js';
import { compiled, flat } from '../../../src/training/plans/compiled.js';
import { plain } from '../../../src/training/plans/plain.js';
import { valuesOf } from '../../../src/training/stateValues.js';
import { withNative } from '../../support/backends.js';
import { relativeError } from '../../support/matrices.js';
import { expectFlatMemory } from '../../support/memory.js';

const [nX, nY] = [784, 10];
const optimizer = gradientDescent({ learningRate: 0.1 });

/** Large enough for two parts: 6.4 million multiply-adds in the first layer, for 64 samples. */
const networkWith = (...layers: Layer[]): Network =>
  network({
    input: [nX],
    layers: [dense(128, relu, he), ...layers, dense(nY, softmax)],
    loss: categoricalCrossEntropy,
    l2: 0.1,
  });

const draw = (m: number) => {
  const random = new RandomState(1);
  const X = tensor(random.randn(nX * m), [nX, m]);
  return { X, Y: oneHot(Int32Array.from(random.randint(0, nY, m)), nY) };
};

/** Products that one step takes, in so many parts at once. */
async function products(m: number, atOnce: number): Promise<number> {
  const net = networkWith();
  const params = initialize(net, new RandomState(2));
  const { X, Y } = draw(m);
  const values = valuesOf({ params, optimizerState: {} });
  const { kernels } = await tf.profile(() =>
    tf.tidy(() => void flat(net, optimizer, atOnce)(values, X, Y)),
  );
  return kernels.filter(({ name }) => name === 'BatchMatMul').length;
}

test('a long step is cut in parts, a short one is not', async () => {
  await useBackend('cpu');
  expect(await products(64, 1)).toBe(5); // Z1, Z2, dW2, dA1, dW1
  expect(await products(64, 2)).toBe(10);
  expect(await products(32, 2)).toBe(5);
});

/** Takes the mean of the samples away: no sample can do without the others. */
const centered: Layer = pureLayer({
  kind: 'centered',
  config: {},
  output: (shape: readonly number[]) => shape,
  parameters: () => ({}),
  forward: (X: tf.Tensor) => ({ Y: tf.sub(X, tf.mean(X, 1, true)), cache: undefined }),
  backward: (dY: tf.Tensor) => ({
    grads: {},
    dX: () => tf.sub(dY, tf.mean(dY, 1, true)),
  }),
} as Layer);

withNative.test.each([
  ['samples for themselves', networkWith(dropout(0.2))],
  ['statistics over the samples', networkWith(batchNorm())],
  ['a layer of your own that mixes samples', networkWith(centered)],
])('%s: recorded steps are the plain ones, whether cut or not', async (_, net) => {
  await useBackend('native');
  await expectFlatMemory(async () => {
    const { X, Y } = draw(150);
    const batches = splitInBatches(150, 64); // the last one is too small to be cut
    const [after, expected] = await Promise.all(
      [compiled, plain].map(async (plan) => {
        const params = initialize(net, new RandomState(2));
        const state = { params, optimizerState: {} };
        const runner = await plan.start({ network: net, optimizer, state, X, Y, batchSize: 64 });
        if ('refused' in runner) throw new Error(runner.refused);
        runner.run(state, batches, { random: new RandomState(3) });
        runner.dispose();
        return state.params;
      }),
    );
    for (const [name, P] of Object.entries(expected)) {
      expect(relativeError(after[name].dataSync(), P.dataSync())).toBeLessThan(2e-5);
    }
    tf.dispose([X, Y, { ...after }, { ...expected }]);
  });
});

withNative.test('parts of all samples before one unit are kept once, as rows', async () => {
  await useBackend('native');
  const net = network({ input: [nX], layers: [dense(1, sigmoid)], loss: binaryCrossEntropy });
  await expectFlatMemory(async () => {
    const m = 1500;
    const X = tensor(new RandomState(1).randn(nX * m), [nX, m]);
    const Y = tf.ones([1, m]);
    const state = { params: initialize(net, new RandomState(2)), optimizerState: {} };
    const before = tf.memory().numBytes;
    const runner = await compiled.start({ network: net, optimizer, state, X, Y });
    if ('refused' in runner) throw new Error(runner.refused);
    runner.run(state, [undefined]);
    const held = (tf.memory().numBytes - before) / (4 * X.size);
    runner.dispose();
    tf.dispose([X, Y, { ...state.params }]);
    expect(held).toBeGreaterThan(0.9);
    expect(held).toBeLessThan(1.1);
  });
});
