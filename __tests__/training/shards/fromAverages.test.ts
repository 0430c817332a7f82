import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { relu, softmax } from '../../../src/core/activations.js';
import { AbortError } from '../../../src/core/errors.js';
import { dense, dropout } from '../../../src/core/layers.js';
import { categoricalCrossEntropy } from '../../../src/core/losses.js';
import { type Network, network } from '../../../src/core/network.js';
import { adam, gradientDescent } from '../../../src/core/optimizers.js';
import { RandomState } from '../../../src/core/random.js';
import { oneHot } from '../../../src/core/samples.js';
import { tensor } from '../../../src/core/tensors.js';
import type { Checkpoint } from '../../../src/training/checkpoint.js';
import { DeepNeuralNetwork } from '../../../src/training/deepNeuralNetwork.js';
import type { FitOptions } from '../../../src/training/fitOptions.js';
import { plain } from '../../../src/training/plans/index.js';
import { fromAverages } from '../../../src/training/shards/fromAverages.js';
import { fromGradients } from '../../../src/training/shards/fromGradients.js';
import { inShards } from '../../../src/training/shards/inShards.js';
import { takeable } from '../../../src/training/shards/takeable.js';
import { onEachBackend } from '../../support/backends.js';

const m = 64;
const of = (more: object, ...drop: ReturnType<typeof dropout>[]) =>
  network({ nX: 6, layers: [dense(7, relu), ...drop, dense(3, softmax)], loss: categoricalCrossEntropy, ...more }); // biome-ignore format: one line
const plainNet = of({ l2: 0.2, l1: 0.01 });
const noisyNet = of({ l2: 0.1 }, dropout(0.3));

const samples = (net: Network, n = m) => {
  const labels = Int32Array.from({ length: n }, (_, i) => i % 3);
  const X = tensor(new RandomState(4).randn(6 * n), [6, n]);
  return takeable(net, { X, Y: oneHot(labels, 3) });
};
const numbers = (model: DeepNeuralNetwork) =>
  Object.values(model.parameters).map((P) => Array.from(P.dataSync()));
async function trained(net: Network, every: number, shards: number, options: FitOptions) {
  const model = new DeepNeuralNetwork(net, { seed: 2 });
  const source = inShards(samples(net), shards);
  const history = await model.fit(every === 0 ? fromGradients(source) : fromAverages(source, every), options); // biome-ignore format: one line
  return { model, history };
}

onEachBackend((name) => {
  const digits = name === 'float64' ? 11 : 4;
  const close = (a: number[][], b: number[][]) => {
    a.flat().forEach((value, i) => {
      expect(b.flat()[i]).toBeCloseTo(value, digits);
    });
  };

  test('averaged after each step, gradient descent is that of the whole batch: W - α/S Σ dW_s', async () => {
    const options = (): FitOptions => ({
      ...{
        epochs: 3,
        batchSize: 16,
        costEvery: 1,
        optimizer: gradientDescent({ learningRate: 0.1 }),
      },
      random: new RandomState(3),
    });
    for (const net of [plainNet, noisyNet]) {
      const [one, other] = [
        await trained(net, 1, 8, options()),
        await trained(net, 0, 8, options()),
      ];
      close(numbers(one.model), numbers(other.model));
      other.history.history.cost.forEach((J, i) => {
        expect(one.history.history.cost[i]).toBeCloseTo(J, digits);
      });
    }
  });

  test('with two steps it is what two networks do that are averaged by hand', async () => {
    const batchOf = (s: number, k: number) =>
      Int32Array.from({ length: 8 }, (_, j) => 16 * k + 8 * s + j);
    const ends: number[][][] = [];
    for (const s of [0, 1]) {
      const model = new DeepNeuralNetwork(of({}), { seed: 2 });
      const optimizer = adam({ learningRate: 0.01 });
      for (const k of [0, 1]) {
        const { X, Y } = samples(of({})).take(batchOf(s, k));
        await model.fit(X, Y, { iterations: 1, optimizer, plan: plain });
      }
      ends.push(numbers(model));
    }
    const mean = ends[0].map((list, i) => list.map((value, j) => (value + ends[1][i][j]) / 2));
    const { options, kept } = stopAfterFirstRound();
    const run = trained(of({}), 2, 2, {
      ...{ epochs: 1, batchSize: 16, shuffle: false, optimizer: adam({ learningRate: 0.01 }) },
      ...options,
    });
    await expect(run).rejects.toThrow(AbortError);
    close(mean, kept());
  });

  test('stopped between rounds, with noise, it goes on to the same bits; a count of steps stays whole', async () => {
    const options = (): FitOptions => ({
      ...{ epochs: 3, batchSize: 10, costEvery: 1, optimizer: adam({ learningRate: 0.01 }) },
      random: new RandomState(3),
    });
    const whole = await trained(noisyNet, 3, 8, options()); // 7 batches: rounds of 3, 3 and 1
    let state: Checkpoint | undefined;
    const signal = { aborted: false, looks: 0 };
    const stopping = Object.defineProperty(new AbortController().signal, 'aborted', {
      get: () => ++signal.looks > 5,
    });
    const save = (checkpoint: Checkpoint) => {
      state = checkpoint;
    };
    const stopped = trained(noisyNet, 3, 8, {
      ...options(),
      signal: stopping,
      checkpoint: { save },
    });
    await expect(stopped).rejects.toThrow(AbortError);
    expect(state!.optimizerState.t.values[0]).toBe(Math.round(state!.optimizerState.t.values[0]));
    const { model, history } = await trained(noisyNet, 3, 8, { ...options(), resume: state });
    expect([numbers(model), history]).toEqual([numbers(whole.model), whole.history]);
  });

  test('nothing leaks', async () => {
    const options = (): FitOptions => ({ epochs: 1, batchSize: 20, random: new RandomState(1) });
    const source = inShards(samples(noisyNet), 4);
    const model = new DeepNeuralNetwork(noisyNet, { seed: 2 });
    const optimizer = adam();
    await model.fit(fromAverages(source, 2), { ...options(), optimizer });
    const { numTensors } = tf.memory();
    await model.fit(fromAverages(source, 2), { ...options(), optimizer });
    await model.fit(fromGradients(source), { ...options(), optimizer });
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

/** Options that keep the parameters behind the first round, and stop. */
function stopAfterFirstRound() {
  let looks = 0;
  let found: number[][] = [];
  const signal = Object.defineProperty(new AbortController().signal, 'aborted', {
    get: () => ++looks > 1, // the first look is before the epoch
  });
  const save = ({ params }: Checkpoint) => {
    found = Object.values(params).map(({ values }) => Array.from(values as ArrayLike<number>));
  };
  return { options: { signal, checkpoint: { save } }, kept: () => found };
}
