import { expect, test } from '@jest/globals';
import { leakyRelu, relu, sigmoid, tanh } from '../../src/core/activations.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { toRows, toTensor } from '../support/matrices.js';
import { onFloat64, reference } from './reference.js';

/*
 * The class of note 002: an activation for each layer, seed 1, randn / √n_prev, and its methods.
 */

onFloat64();
const golden = reference.DeepNeuralNetwork; // 8-5-4-3-1
const ofTheNote = { tanh, leakyRelu, relu, sigmoid };

test('has an activation for each layer, and gives the reference by its methods', async () => {
  const activations = golden.activations.map((name) => ofTheNote[name as 'tanh']);
  const classifier = new DeepNeuralNetwork(golden.dims, activations);
  const [X, Y] = [toTensor(golden.X), toTensor(golden.Y)];
  expect(classifier.costFunction(X, Y)).toBeCloseTo(golden.costs[0], 13);

  const { epoch, history } = await classifier.fit(X, Y, {
    iterations: golden.iterations,
    learningRate: golden.learningRate,
  });
  expect(epoch).toEqual([0, 100, 200]);
  history.cost.forEach((J, i) => {
    expect(J).toBeCloseTo(golden.costs[epoch[i]], 10);
  });
  for (const [name, P] of Object.entries(classifier.parameters)) {
    expectMatrix(P, golden.parameters[name], 1e-10);
  }

  expectMatrix(classifier.predictProb(X), golden.AL, 1e-10);
  const [AL] = golden.AL;
  for (const threshold of [0.5, 0.2, 0.9]) {
    const expected = AL.map((a) => Number(a > threshold));
    expect(toRows(classifier.predict(X, threshold))).toEqual([expected]);
  }
  const right = golden.Y[0].filter((y, i) => y === Number(AL[i] > 0.5)).length;
  expect(classifier.accuracyScore(X, Y)).toBeCloseTo(right / 40, 12);
  classifier.dispose();
});
