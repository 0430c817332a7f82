import { describe, expect, test } from '@jest/globals';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as activations from '../../src/course/activations.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { toRows, toTensor } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { inDoubles, onFloat64, reference } from './reference.js';

onFloat64();
const { elementary } = reference;
const { Z, dA } = elementary;

const { sigmoid, sigmoidDerivative, sigmoidBackward } = activations;
const { tanh, tanhDerivative, tanhBackward } = activations;
const { relu, reluDerivative, reluBackward } = activations;
const { leakyRelu, leakyReluDerivative, leakyReluBackward } = activations;

describe.each([
  ['sigmoid', sigmoid, sigmoidDerivative, sigmoidBackward],
  ['tanh', tanh, tanhDerivative, tanhBackward],
  ['relu', relu, reluDerivative, reluBackward],
  ['leakyRelu', leakyRelu, leakyReluDerivative, leakyReluBackward],
] as const)('%s', (name, g, gDerivative, gBackward) => {
  const { A, derivative, backward } = elementary[name];

  test("is PyTorch's", () => {
    expectMatrix(g(toTensor(Z)), A, inDoubles);
  });
  test("has PyTorch's derivative", () => {
    expectMatrix(gDerivative(toTensor(Z)), derivative, inDoubles);
  });
  test("has PyTorch's way back", () => {
    const dZ = gBackward(toTensor(dA), toTensor(Z));
    expectMatrix(dZ, backward, inDoubles);
  });
});

test("softmax is PyTorch's over the classes: each column sums to 1", () => {
  const A = activations.softmax(toTensor(Z));
  expectMatrix(A, elementary.softmax.A, inDoubles);
  const sums = toRows(A)
    .reduce((sum, row) => sum.map((s, j) => s + row[j]))
    .map((sum) => sum.toFixed(12));
  expect(sums).toEqual(['1', '1', '1', '1'].map((one) => Number(one).toFixed(12)));
});

test('far out they are finite, where the note’s tanh is not a number', () => {
  expect(reference.tanhOfTheNote[1]).toBe('nan');
  const far = () => toTensor([[-800, 800]]);
  expect(toRows(tanh(far()))).toEqual([[-1, 1]]);
  expect(toRows(sigmoid(far()))).toEqual([[0, 1]]);
  expect(toRows(sigmoidDerivative(far()))).toEqual([[0, 0]]);
  expect(toRows(activations.softmax(toTensor([[-800], [800]])))).toEqual([[0], [1]]);
});

test('the caller owns one matrix of each', async () => {
  const Z1 = toTensor(Z);
  const dA1 = toTensor(dA);
  const functions = Object.values(activations) as ((...matrices: Tensor2D[]) => Tensor2D)[];
  expect(functions.length).toBe(13);
  await expectFlatMemory(() => {
    for (const f of functions) (f.length === 2 ? f(dA1, Z1) : f(Z1)).dispose();
  });
});
