import { beforeAll, describe, expect, test } from '@jest/globals';
import type * as tf from '@tensorflow/tfjs-core';
import { relu, sigmoid, softmax, tanh } from '../../src/core/activations.js';
import { categoricalCrossEntropy, meanSquaredError } from '../../src/core/losses.js';
import { matrix, type Params } from '../../src/core/tensors.js';
import { useBackend } from '../../src/runtime/backends.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import { outputsOf } from '../../src/training/evaluation.js';
import { doubtAbout } from '../../src/training/outcome.js';
import { expectFlatMemory } from '../support/memory.js';

beforeAll(() => useBackend('cpu'));

const X = () => matrix([0, 0, 1, 1, 0.5, 0, 1, 0, 1, 0.5], [2, 5]);
const Y = () => matrix([0, 1, 1, 1, 0], [1, 5]);
// Three of five: H = -(0.6 ln 0.6 + 0.4 ln 0.4).
const entropy = '0.673012';

const doubt = async (
  { network, parameters }: DeepNeuralNetwork,
  { firstCost, labels = Y(), b }: { firstCost?: number; labels?: tf.Tensor2D; b?: Params } = {},
) => {
  const samples = { X: X(), Y: labels };
  return doubtAbout(network, await outputsOf(network, { ...parameters, ...b }, samples), firstCost);
};

/** Hidden units that never fire, and an output of sigmoid(0.405465) = 0.6. */
const dead = () => new DeepNeuralNetwork([2, 3, 1], [relu, sigmoid], { seed: 1 });
const b = () => ({ b1: matrix([-100, -100, -100], [3, 1]), b2: matrix([0.405465], [1, 1]) });

describe('a dead network', () => {
  test('one output for every sample, which is named', async () => {
    expect(await doubt(dead(), { b: b() })).toMatch(
      /same output, 0\.600, for every sample.*smaller learning/,
    );
  });

  test('however good its cost', async () => {
    expect(await doubt(dead(), { b: b(), firstCost: 5 })).toContain('same output');
  });
});

test('a cost that has risen, from where to where', async () => {
  const model = new DeepNeuralNetwork([2, 3, 1], [tanh, sigmoid], { seed: 1 });
  expect(await doubt(model, { firstCost: 0.1 })).toMatch(
    /^The cost has risen from 0\.100000 to 0\.\d{6}\. Use a smaller/,
  );
});

describe('a cost that is not below the entropy of the class shares', () => {
  test('two classes', async () => {
    const model = new DeepNeuralNetwork([2, 3, 1], [tanh, sigmoid], { seed: 1 });
    expect(await doubt(model)).toBeUndefined();
    const far = { b2: matrix([5], [1, 1]) }; // says yes to all of them
    expect(await doubt(model, { b: far })).toContain(
      `is not below ${entropy}, the cost of guessing`,
    );
  });

  test('more classes: -Σ p ln p of shares 2/5, 2/5, 1/5', async () => {
    const labels = matrix([1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0], [3, 5]);
    const model = new DeepNeuralNetwork([2, 3, 3], [tanh, softmax], {
      loss: categoricalCrossEntropy,
      seed: 1,
    });
    expect(await doubt(model, { labels })).toContain('is not below 1.054920');
  });

  test('says nothing of another loss', async () => {
    const model = new DeepNeuralNetwork([2, 3, 1], [tanh, sigmoid], {
      loss: meanSquaredError,
      seed: 1,
    });
    expect(await doubt(model)).toBeUndefined();
  });
});

test('a network that has learned: no doubt, and no tensor left', async () => {
  const model = new DeepNeuralNetwork([2, 4, 1], [tanh, sigmoid], { seed: 3 });
  const [x, y] = [X(), Y()];
  const first = model.costFunction(x, y);
  await model.fit(x, y, { iterations: 2000, learningRate: 0.5 });
  expect(model.costFunction(x, y)).toBeLessThan(0.3);
  await expectFlatMemory(async () => {
    const seen = await outputsOf(model.network, model.parameters, { X: x, Y: y });
    expect(doubtAbout(model.network, seen, first)).toBeUndefined();
  });
});
