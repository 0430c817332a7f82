import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { linear, relu } from '../../src/core/activations.js';
import { he } from '../../src/core/initializers.js';
import { dense } from '../../src/core/layers.js';
import { meanSquaredError } from '../../src/core/losses.js';
import { forward, initialize, network } from '../../src/core/network.js';
import { adam } from '../../src/core/optimizers.js';
import { RandomState } from '../../src/core/random.js';
import { disposeReplaced, type Params } from '../../src/core/tensors.js';
import { fitTargets, toTensors } from '../../src/data/prepare.js';
import { readData } from '../../src/data/readData.js';
import { fitScaling } from '../../src/data/scaling.js';
import { splitSamples } from '../../src/data/split.js';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from '../../src/training/checkpoint.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import { compiled, plain } from '../../src/training/plans/index.js';
import { step, type TrainingState } from '../../src/training/step.js';
import { onEachBackend } from '../support/backends.js';

/*
 * Early stopping on the diabetes data, against a loop that is written out here: epochs of batches, the
 * validation's cost behind each by the network's outputs alone, and patience.
 */

const file = fileURLToPath(new URL('../goldens/data/diabetes.csv', import.meta.url));
const [epochs, batchSize, patience] = [200, 32, 7];

const net = network({
  nX: 10,
  layers: [dense(16, relu, he), dense(8, relu, he), dense(1, linear)],
  loss: meanSquaredError,
});
const rule = () => adam({ learningRate: 0.01 });

async function samples() {
  const { train: all } = await readData(file);
  const { train, validation } = splitSamples(all, {
    ...{ test: 0, validation: 0.25, random: new RandomState(4) },
  });
  const options = { scaling: fitScaling(train, 'standard'), targetScaling: fitTargets(train) };
  return { train: toTensors(train, options), validation: toTensors(validation!, options) };
}

const numbersOf = (params: Params) =>
  Object.entries(params).map(([name, P]) => [name, ...P.dataSync()]);

/** 1/m Σ (ŷ - y)², summed in double precision. */
function meanSquare(params: Params, { X, Y }: { X: Tensor; Y: Tensor }): number {
  const A = Float64Array.from(tf.tidy(() => forward(net, params, X).AL.dataSync()));
  const y = Y.dataSync();
  return A.reduce((sum, a, j) => sum + (a - y[j]) ** 2, 0) / y.length;
}

/** The best epoch and its parameters, the costs of all, and the parameters of the last. */
function byHand(train: { X: Tensor; Y: Tensor }, validation: { X: Tensor; Y: Tensor }) {
  const random = new RandomState(1);
  const optimizer = rule();
  const params = initialize(net, random);
  const state: TrainingState = { params, optimizerState: optimizer.start(params) };
  const m = train.X.shape[1]!;
  const costs: number[] = [];
  let best = { epoch: -1, cost: Number.POSITIVE_INFINITY, numbers: [] as unknown[] };
  while (costs.length < epochs && costs.length - 1 - best.epoch < patience) {
    const order = random.permutation(m);
    for (let i = 0; i < m; i += batchSize) {
      step(net, optimizer, state, train, { batch: Int32Array.from(order.slice(i, i + batchSize)) });
    }
    const cost = meanSquare(state.params, validation);
    if (cost < best.cost) best = { epoch: costs.length, cost, numbers: numbersOf(state.params) };
    costs.push(cost);
  }
  const last = numbersOf(state.params);
  disposeReplaced({ ...state.params, ...state.optimizerState }, {});
  return { best, costs, last };
}

onEachBackend(() => {
  test.each([
    ['plain', plain],
    ['compiled', compiled],
  ])(
    '%s: stops where the loop by hand does, with the weights of its best epoch',
    async (_, plan) => {
      const { train, validation } = await samples();
      const { best, costs } = byHand(train, validation);
      expect(best.epoch).toBeGreaterThan(3);
      expect(costs.length).toBe(best.epoch + patience + 1);
      const model = new DeepNeuralNetwork(net, { seed: 1 });
      const { epoch, history } = await model.fit(train.X, train.Y, {
        ...{ epochs, batchSize, optimizer: rule(), validationData: validation, plan },
        earlyStopping: { patience },
      });
      expect(epoch).toEqual(costs.map((_, e) => e));
      for (const [e, J] of history.val_cost.entries()) {
        expect(Math.abs(J - costs[e])).toBeLessThan(1e-4);
      }
      // To the bit those of a run that ends there; of the loop too, but where a recording rounds.
      const short = new DeepNeuralNetwork(net, { seed: 1 });
      await short.fit(train.X, train.Y, {
        ...{
          epochs: best.epoch + 1,
          batchSize,
          optimizer: rule(),
          validationData: validation,
          plan,
        },
      });
      expect(numbersOf(model.parameters)).toEqual(numbersOf(short.parameters));
      if (plan === plain) expect(numbersOf(model.parameters)).toEqual(best.numbers);
      model.dispose();
      short.dispose();
      tf.dispose([{ ...train }, { ...validation }]);
    },
  );

  test('the checkpoint at the end has the parameters of the last epoch too, and keeps them', async () => {
    const { train, validation } = await samples();
    const { best, last } = byHand(train, validation);
    const before = tf.memory().numTensors;
    const trained = async (resume?: Checkpoint) => {
      const kept: Checkpoint[] = [];
      const model = new DeepNeuralNetwork(net, { seed: 1 });
      await model.fit(train.X, train.Y, {
        ...{ epochs, batchSize, optimizer: rule(), validationData: validation, plan: plain },
        ...{ earlyStopping: { patience }, resume },
        checkpoint: { save: (checkpoint) => void kept.push(checkpoint), everySeconds: 1e9 },
      });
      const numbers = numbersOf(model.parameters);
      model.dispose();
      return { numbers, end: kept.at(-1)! };
    };
    const listed = (values: Checkpoint['last']) =>
      Object.entries(values!).map(([name, one]) => [name, ...one.values]);
    const { numbers, end } = await trained();
    expect([numbers, listed(end.last)]).toEqual([best.numbers, last]);
    expect(last).not.toEqual(numbers);
    // Again from the file of a run that is over: as when its model could not be saved.
    const again = await trained(decodeCheckpoint(encodeCheckpoint(end), 'end').checkpoint);
    expect(again.numbers).toEqual(numbers);
    expect(listed(again.end.last)).toEqual(listed(end.last));
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([{ ...train }, { ...validation }]);
  });
});
