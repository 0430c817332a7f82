import { expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { compile } from '../../src/compiled/compile.js';
import { linear, sigmoid, softmax, tanh } from '../../src/core/activations.js';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import { assertSamples } from '../../src/core/inputs.js';
import { describeNetwork, networkFrom } from '../../src/core/kinds.js';
import { dense } from '../../src/core/layers.js';
import type { Loss } from '../../src/core/loss.js';
import * as losses from '../../src/core/losses.js';
import { backward, cost, forward, type Network, network } from '../../src/core/network.js';
import { gradientDescent } from '../../src/core/optimizers.js';
import { pure } from '../../src/core/pure.js';
import { impurePart } from '../../src/core/purity.js';
import { RandomState } from '../../src/core/random.js';
import { tensor } from '../../src/core/tensors.js';
import { weighted } from '../../src/core/weighted.js';
import { fromLayersModel, toLayersModel } from '../../src/export/layersModel.js';
import { checkNetwork } from '../../src/oracle/check.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import { flat } from '../../src/training/plans/compiled.js';
import { stateOf, valuesOf } from '../../src/training/stateValues.js';
import { costOf, step } from '../../src/training/step.js';
import { onEachBackend } from '../support/backends.js';
import { drawnFor } from '../support/everyLayer.js';

const [nX, m, nY] = [3, 6, 3];
const { binaryCrossEntropy, huber, meanSquaredError, sparseCategoricalCrossEntropy } = losses;

const output = { probability: sigmoid, distribution: softmax, number: linear } as const;
/** What of a loss, behind the output that it fuses with, and behind tanh where it takes numbers. */
const kinds = (Object.values(losses) as readonly Loss[]).map((loss) => [loss.name, loss] as const);

function taskOf(loss: Loss) {
  const random = new RandomState(9);
  const g = output[loss.takes];
  const net = (of: Loss): Network =>
    network({ nX, layers: [dense(4, tanh), dense(nY, g)], loss: of });
  const X = tensor(random.randn(nX * m), [nX, m]);
  const classes = Array.from(random.randint(0, nY, m));
  const rows = [0, 1, 2].flatMap((i) => classes.map((k) => Number(k === i)));
  const Y = loss.labels ? tensor(classes, [1, m]) : tensor(rows, [nY, m]);
  return { net, X, Y, params: drawnFor(net(loss)) };
}
const w = [2, 0, 1, 0.5, 3, 1];
const under = (Y: Tensor, weights: number[]) => tf.concat([Y, tensor(weights, [1, m])], 0);
const columns = (M: Tensor, which: number[]) => tf.gather(M, tf.tensor1d(which, 'int32'), 1);

onEachBackend((name) => {
  const bound = name === 'float64' ? 1e-12 : 1e-5;
  const near = (actual: ArrayLike<number>, expected: ArrayLike<number>) =>
    Array.from(expected).forEach((value, i) => {
      expect(Math.abs(actual[i] - value)).toBeLessThan(bound * Math.max(1, Math.abs(value)));
    });

  test.each(kinds)('%s: J and gradients are those of each sample by itself, times w', (_, loss) => {
    const { net, X, Y, params } = taskOf(loss);
    const of = net(weighted(loss));
    const both = under(Y, w);
    const { caches } = forward(of, params, X);
    const J = cost(of, params, caches, both).dataSync()[0];
    const grads = backward(of, params, caches, both);
    const alone = w.map((_, i) => {
      const [x, y] = [X, Y].map((M) => columns(M, [i]));
      const one = forward(net(loss), params, x).caches;
      return {
        J: cost(net(loss), params, one, y).dataSync()[0],
        grads: backward(net(loss), params, one, y),
      };
    });
    near([J], [alone.reduce((sum, one, i) => sum + (w[i] * one.J) / m, 0)]);
    for (const [key, dP] of Object.entries(grads)) {
      const sums = new Array(dP.size).fill(0);
      alone.forEach((one, i) => {
        one.grads[key].dataSync().forEach((d, k) => {
          sums[k] += (w[i] * d) / m;
        });
      });
      near(dP.dataSync(), sums);
    }
    near(costOf(of, params, X, both, 14).dataSync(), [J]); // in parts of one sample
  });

  test.each(kinds)('%s: 2 is the sample twice, 0 is none, 1 is the loss', (_, loss) => {
    const { net, X, Y, params } = taskOf(loss);
    const J = (of: Loss, X: Tensor, Y: Tensor) =>
      cost(net(of), params, forward(net(of), params, X).caches, Y).dataSync()[0];
    const which = [0, 1, 1, 3, 4, 5];
    near(
      [J(weighted(loss), X, under(Y, [1, 2, 0, 1, 1, 1]))],
      [J(loss, columns(X, which), columns(Y, which))],
    );
    near([J(weighted(loss), X, under(Y, [1, 1, 1, 1, 1, 1]))], [J(loss, X, Y)]);
  });

  if (name !== 'native' && name !== 'wasm') return;
  test.each(kinds)('%s: recorded, with the weights of each batch', async (_, loss) => {
    const { net, X, Y, params } = taskOf(loss);
    const of = net(weighted(loss));
    const optimizer = gradientDescent({ learningRate: 0.1 });
    const both = under(Y, w);
    const values = valuesOf({ params, optimizerState: {} });
    const replay = await compile(flat(of, optimizer), values, X, both, { batchSize: 2 });
    if ('refused' in replay) throw new Error(replay.refused);
    const batches = [
      [0, 1],
      [4, 2],
      [3, 5],
    ].map((batch) => Int32Array.from(batch));
    const recorded = stateOf(replay.runBatches(values, batches)).params;
    const state = { params: { ...params }, optimizerState: {} };
    for (const batch of batches) {
      const copies = Object.entries(state.params).map(([key, P]) => [key, P.clone()]);
      state.params = Object.fromEntries(copies);
      step(of, optimizer, state, { X, Y: both }, { batch });
    }
    for (const [key, P] of Object.entries(state.params)) {
      if (name === 'wasm') expect(recorded[key].dataSync()).toEqual(P.dataSync());
      else near(recorded[key].dataSync(), P.dataSync());
    }
    replay.dispose();
  });
});

test.each(kinds)('%s: the oracle proves it', async (_, loss) => {
  const { net, X, Y, params } = taskOf(loss);
  expect(await checkNetwork(net(weighted(loss)), params, X, under(Y, w))).toMatchObject({
    passed: true,
  });
});

test('it is saved with the loss inside, and its options', async () => {
  const loss = weighted(huber({ delta: 2 }));
  expect(loss.config).toEqual({ loss: { kind: 'huber', config: { delta: 2 } } });
  const net = network({ nX: 2, layers: [dense(1, linear)], loss });
  const again = networkFrom(JSON.parse(JSON.stringify(describeNetwork(net)))).loss;
  expect(again).toMatchObject({ name: 'weighted', config: loss.config });
  expect(again.weighs).toMatchObject({ name: 'huber', config: { delta: 2 } });
  const loaded = await fromLayersModel(await toLayersModel(net, drawnFor(net)));
  expect(loaded.network.loss.config).toEqual(loss.config);
});

test('labels and weights are checked', () => {
  const { net, X, Y } = taskOf(binaryCrossEntropy);
  const of = net(weighted(binaryCrossEntropy));
  const check =
    (both: Tensor, hard = false) =>
    () =>
      assertSamples(of, X, both, { hard });
  expect(check(under(Y, w))).not.toThrow();
  expect(check(Y)).toThrow(ShapeError);
  expect(check(Y)).toThrow('Y is (3, 6), and a weighted loss takes (4, 6): the labels, and a row');
  expect(check(under(Y, [1, 1, -1, 1, 1, 1]))).toThrow(
    'Y[3, 2] is -1; the last row weighs the samples. Give numbers from 0.',
  );
  for (const odd of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(check(under(Y, [1, 1, 1, 1, 1, odd]))).toThrow(ValueError);
  }
  expect(check(under(tf.mul(Y, 2), w))).toThrow('binaryCrossEntropy takes 0 and 1');
  expect(check(Y, true)).not.toThrow();
  expect(check(under(Y, w), true)).toThrow('the accuracy counts each sample once');
  const { caches } = forward(of, drawnFor(of), X);
  expect(() => cost(of, drawnFor(of), caches, Y)).toThrow('a weighted loss takes (4, 6)');
  const classes = taskOf(sparseCategoricalCrossEntropy);
  const sparse = classes.net(weighted(sparseCategoricalCrossEntropy));
  expect(() => assertSamples(sparse, classes.X, under(classes.Y, w))).not.toThrow();
  expect(() => assertSamples(sparse, classes.X, under(tf.add(classes.Y, 3), w))).toThrow(
    'sparseCategoricalCrossEntropy takes classes',
  );
});

test('scores are of the labels alone', () => {
  const of = (loss: Loss) =>
    new DeepNeuralNetwork([nX, nY], [output[loss.takes]], { loss, seed: 3 });
  for (const loss of [binaryCrossEntropy, meanSquaredError]) {
    const { X, Y } = taskOf(loss);
    expect(of(weighted(loss)).score(X, Y)).toBe(of(loss).score(X, Y));
    expect(() => of(weighted(loss)).score(X, under(Y, w))).toThrow(ShapeError);
  }
});

test('what cannot be weighted', () => {
  const own: Loss = {
    ...{ name: 'mine', takes: 'number' },
    forward: (AL, Y) => tf.mean(tf.sub(AL, Y)),
    backward: (AL) => tf.onesLike(AL),
  };
  expect(() => weighted(own)).toThrow(ValueError);
  expect(() => weighted(own)).toThrow(
    'weighted: mine does not say its terms; give it terms(AL, Y)',
  );
  const half: Loss = {
    ...binaryCrossEntropy,
    fused: { ...binaryCrossEntropy.fused!, terms: undefined },
  };
  expect(() => weighted(half)).toThrow('give it fused.terms(ZL, Y)');
  expect(() => weighted(weighted(huber))).toThrow('weighted already');
  expect(() => weighted('mse' as never)).toThrow("weighted: the loss is the string 'mse'");
  const sequence = {
    input: [4, 3],
    layers: [dense(2, sigmoid)],
    loss: weighted(binaryCrossEntropy),
  };
  expect(() => network(sequence)).toThrow(ShapeError);
  expect(() => network(sequence)).toThrow('the network gives (m, 4, 2)');
});

test('a loss of your own with terms can, and is as pure as it is', () => {
  const terms = (AL: Tensor, Y: Tensor) => tf.sub(AL, Y);
  const own: Loss = {
    ...{ name: 'mine', takes: 'number', terms },
    forward: (AL, Y) => tf.div(tf.sum(terms(AL, Y)), m),
    backward: (AL) => tf.onesLike(AL),
  };
  const optimizer = gradientDescent({ learningRate: 1 });
  const of = () => network({ nX: 2, layers: [dense(1, linear)], loss: weighted(own) });
  expect(impurePart({ network: of(), optimizer })).toBe('weighted');
  for (const f of [own.forward, own.backward, own.terms!]) pure(f as typeof terms);
  expect(impurePart({ network: of(), optimizer })).toBeUndefined();
});

test.each(kinds)('%s: a mistake in it is caught', async (_, loss) => {
  const { net, X, Y, params } = taskOf(loss);
  const right = weighted(loss);
  const unweighted = (backward: Loss['backward']) => (AL: Tensor, both: Tensor) =>
    tf.div(backward(AL, both), tf.slice(both, [both.shape[0]! - 1, 0], [1, m]));
  const wrong: Loss = {
    ...{ ...right, backward: unweighted(right.backward) },
    ...(right.fused && { fused: { ...right.fused, backward: unweighted(right.fused.backward) } }),
  };
  const positive = [2, 3, 1, 0.5, 3, 1];
  const report = await checkNetwork(net(wrong), params, X, under(Y, positive));
  expect(report.passed).toBe(false);
});
