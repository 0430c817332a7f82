import { expect, test } from '@jest/globals';
import { costOf, crossEntropyLoss, squaredErrorLoss } from '../../src/course/losses.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { toRows, toTensor } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { inDoubles, onFloat64, reference, toRow } from './reference.js';

onFloat64();
const { yHat, y, squared, crossEntropy } = reference.elementary.losses;

test("the losses are PyTorch's, sample by sample", async () => {
  const [YHat, Y] = [toTensor(yHat), toTensor(y)];
  expectMatrix(squaredErrorLoss(YHat, Y), squared, inDoubles);
  expectMatrix(crossEntropyLoss(YHat, Y), crossEntropy, inDoubles);
  await expectFlatMemory(() => {
    squaredErrorLoss(YHat, Y).dispose();
    crossEntropyLoss(YHat, Y).dispose();
  });
});

test('one sample has one loss', () => {
  expect(toRows(squaredErrorLoss(toRow([0.75]), toRow([1])))).toEqual([[0.0625]]);
  expect(crossEntropyLoss(toRow([0.75]), toRow([1])).dataSync()[0]).toBeCloseTo(
    Math.log(4 / 3),
    14,
  );
});

test('who is sure and right loses nothing, who is sure and wrong everything', () => {
  const losses = crossEntropyLoss(toRow([1, 0, 1, 0]), toRow([1, 0, 0, 1]));
  expect(toRows(losses)[0].map(Math.abs)).toEqual([0, 0, Infinity, Infinity]);
});

test('the cost is the mean of the losses', () => {
  expect(costOf(toRow([1, 2, 6])).dataSync()[0]).toBe(3);
});
