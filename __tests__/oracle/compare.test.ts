import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { compareGradients, float32Tolerance } from '../../src/oracle/compare.js';
import { anyBackend } from '../support/backends.js';
import { type Rows, toTensor } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';

beforeAll(anyBackend);

/** The report on a single parameter W (1, n). */
function compare(hand: Rows | undefined, oracle: Rows | undefined, tolerance = float32Tolerance) {
  const grad = (rows: Rows | undefined) =>
    (rows ? { dW1: toTensor(rows) } : {}) as { dW1: Tensor2D };
  const params = { W1: toTensor(oracle ?? hand ?? [[0]]) };
  const [report] = compareGradients(params, grad(hand), grad(oracle), tolerance);
  return report;
}

describe('the errors, by hand', () => {
  test('equal gradients', () => {
    expect(compare([[1, -2]], [[1, -2]])).toMatchObject({
      name: 'dW1',
      passed: true,
      maxAbsoluteError: 0,
      maxRelativeError: 0,
    });
  });

  test('the largest difference, and the largest one relative to its element', () => {
    const report = compare([[8.5, -2.25, 4]], [[8, -2, 4]]);
    expect(report.passed).toBe(false);
    expect(report.maxAbsoluteError).toBe(0.5);
    expect(report.maxRelativeError).toBe(0.125); // 0.25 / 2, more than 0.5 / 8
  });

  test('small elements are measured by a share of the largest', () => {
    const report = compare([[16, 0.5]], [[16, 0]], { relative: 1, floor: 0, share: 0.125 });
    expect(report.maxRelativeError).toBe(0.25); // 0.5 / (0.125 · 16)
  });

  test('the bound itself passes, and what is above it does not', () => {
    expect(compare([[9]], [[8]], { relative: 0.125, floor: 0, share: 0 }).passed).toBe(true);
    expect(compare([[9.5]], [[8]], { relative: 0.125, floor: 0, share: 0 }).passed).toBe(false);
  });

  test.each([
    [1 + 3e-5, true],
    [1 + 3e-4, false],
  ])('in float32 a factor of %d: passed is %p', (factor, passed) => {
    expect(compare([[factor, 2 * factor]], [[1, 2]]).passed).toBe(passed);
  });

  test('zero against zero passes, anything against zero does not', () => {
    expect(compare([[0, 0]], [[0, 0]]).passed).toBe(true);
    expect(compare([[0, 1e-30]], [[0, 0]]).passed).toBe(false);
  });
});

describe('numbers that are not finite do not pass', () => {
  test.each([
    ['hand NaN', [[Number.NaN, 1]], [[1, 1]]],
    ['hand NaN at the end', [[1, Number.NaN]], [[1, 1]]],
    ['oracle NaN', [[1, 1]], [[Number.NaN, 1]]],
    ['both NaN', [[Number.NaN]], [[Number.NaN]]],
    ['hand infinite', [[Number.POSITIVE_INFINITY]], [[1]]],
    ['both infinite', [[Number.POSITIVE_INFINITY]], [[Number.POSITIVE_INFINITY]]],
    ['oracle infinite', [[1]], [[Number.POSITIVE_INFINITY]]],
  ])('%s', (_, hand, oracle) => {
    expect(compare(hand, oracle).passed).toBe(false);
  });
});

describe('what cannot be compared is said in words', () => {
  test.each([
    ['no gradient by hand', undefined, [[1]], 'the backward pass does not return it'],
    ['no gradient of the oracle', [[1]], undefined, 'the cost does not depend on W1'],
    [
      'another shape',
      [
        [1, 1],
        [2, 2],
      ],
      [[1, 2]],
      'it is (2, 2), but W1 is (1, 2)',
    ],
    ['transposed', [[1], [2]], [[1, 2]], 'it is (2, 1), but W1 is (1, 2)'],
  ])('%s', (_, hand, oracle, problem) => {
    expect(compare(hand, oracle)).toMatchObject({ name: 'dW1', passed: false, problem });
  });
});

test('parameters come in their own order, and nothing is freed or left', async () => {
  const grads = { dW2: toTensor([[2]]), dW1: toTensor([[1]]) };
  const params = { W1: toTensor([[0]]), W2: toTensor([[0]]) };
  await expectFlatMemory(() => {
    const reports = compareGradients(params, grads, grads, float32Tolerance);
    expect(reports.map(({ name }) => name)).toEqual(['dW1', 'dW2']);
  });
});
