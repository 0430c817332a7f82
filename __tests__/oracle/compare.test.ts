import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Tensor2D, tensor3d } from '@tensorflow/tfjs-core';
import {
  compareGradients,
  float32Tolerance,
  float64Tolerance,
  largest,
  relativeErrors,
} from '../../src/oracle/compare.js';
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

describe('where the worst element lies, and which are wrong', () => {
  const strict = { relative: 0.125, floor: 0, share: 0 };

  test('its index, both values and their ratio', () => {
    const hand = [
      [1, 2, 3],
      [4, 10, 6],
    ];
    const oracle = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    expect(compare(hand, oracle, strict)).toMatchObject({
      shape: [2, 3],
      worst: { index: [1, 1], hand: 10, oracle: 5, ratio: 2 },
      wrong: 1,
      pattern: '1 of 6 elements',
      comparisons: { handToAutodiff: 1 },
      maxAbsoluteError: 5,
      maxRelativeError: 1,
    });
    expect([...compare(hand, oracle, strict).errors!]).toEqual([0, 0, 0, 0, 1, 0]);
  });

  test('the first of equals is the worst, and the first element of all that are right', () => {
    expect(compare([[2, 2]], [[1, 1]], strict).worst!.index).toEqual([0, 0]);
    const right = compare([[1, 1]], [[1, 1]], strict);
    expect(right.worst!.index).toEqual([0, 0]);
    expect('pattern' in right).toBe(false);
    expect('problem' in right).toBe(false);
  });

  test('NaN is the worst, wherever it stands, and is said', () => {
    const report = compare([[5, 1, Number.NaN, 7]], [[1, 1, 1, 1]], strict);
    expect(report.worst!.index).toEqual([0, 2]);
    expect(report).toMatchObject({ wrong: 3, problem: 'it holds NaN at [0, 2]' });
    expect(report.maxAbsoluteError).toBeNaN();
    const first = compare([[Number.NaN, 5]], [[1, 1]], strict);
    expect(first.worst!.index).toEqual([0, 0]);
    expect(first.problem).toBe('it holds NaN at [0, 0]');
    const infinite = compare([[1, Number.NEGATIVE_INFINITY]], [[1, 1]], strict);
    expect(infinite.problem).toBe('it holds -Infinity at [0, 1]');
    // Nothing by hand to speak of: the oracle is at fault.
    expect('problem' in compare([[1]], [[Number.NaN]], strict)).toBe(false);
  });

  const zeros = () => [
    [1, 1, 1],
    [1, 1, 1],
    [1, 1, 1],
  ];
  test.each<[string, number[][], string]>([
    [
      'all',
      [
        [0, 1, 2].map((j) => [0, j]),
        [0, 1, 2].map((j) => [1, j]),
        [0, 1, 2].map((j) => [2, j]),
      ].flat(),
      'every element',
    ],
    [
      'a row',
      [
        [1, 0],
        [1, 1],
        [1, 2],
      ],
      'row 1',
    ],
    [
      'two of a row',
      [
        [2, 0],
        [2, 2],
      ],
      'row 2',
    ],
    [
      'a column',
      [
        [0, 2],
        [1, 2],
        [2, 2],
      ],
      'column 2',
    ],
    [
      'two of a column',
      [
        [0, 1],
        [2, 1],
      ],
      'column 1',
    ],
    [
      'two whole rows',
      [
        [0, 0],
        [0, 1],
        [0, 2],
        [2, 0],
        [2, 1],
        [2, 2],
      ],
      'rows 0, 2',
    ],
    [
      'two rows but for one',
      [
        [0, 0],
        [0, 1],
        [0, 2],
        [2, 0],
        [2, 1],
      ],
      '5 of 9 elements',
    ],
    [
      'here and there',
      [
        [0, 0],
        [1, 1],
      ],
      '2 of 9 elements',
    ],
    ['one alone', [[1, 1]], '1 of 9 elements'],
  ])('%s', (_, wrong, pattern) => {
    const hand = zeros();
    for (const [i, j] of wrong) hand[i][j] = 2;
    const report = compare(hand, zeros(), strict);
    expect(report.pattern).toBe(pattern);
    expect(report.wrong).toBe(wrong.length);
  });

  test('an element at the bound is right, and of no row', () => {
    const hand = zeros();
    hand[0][0] = 1.125;
    hand[1][1] = hand[1][2] = 2;
    expect(compare(hand, zeros(), strict)).toMatchObject({ wrong: 2, pattern: 'row 1' });
  });

  test('a column vector has no rows and columns to speak of', () => {
    expect(compare([[2], [1], [2]], [[1], [1], [1]], strict).pattern).toBe('2 of 3 elements');
  });

  test('three dimensions are counted, and the index has three', () => {
    const shaped = (values: number[]) => ({ dW1: tensor3d(values, [2, 2, 2]) });
    const oracle = shaped([1, 1, 1, 1, 1, 1, 1, 1]);
    const [report] = compareGradients(
      { W1: oracle.dW1 },
      shaped([1, 1, 1, 1, 1, 1, 3, 2]),
      oracle,
      strict,
    );
    expect(report).toMatchObject({ pattern: '2 of 8 elements', worst: { index: [1, 1, 0] } });
  });
});

test('what was not measured counts every element as wrong, and gives no numbers', () => {
  const report = compare(undefined, [
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(report).toEqual({
    name: 'dW1',
    shape: [3, 2],
    passed: false,
    problem: 'the backward pass does not return it',
    maxAbsoluteError: Number.NaN,
    maxRelativeError: Number.NaN,
    wrong: 6,
    comparisons: {},
  });
});

// |hand - oracle| / max(|oracle|, floor, share · max |oracle|)
test('each error by its own measure', () => {
  const errors = (tolerance: { floor: number; share: number }) => [
    ...relativeErrors([3, -0.5, 0, -10], [2, -1, 0, -8], tolerance),
  ];
  expect(errors({ floor: 0, share: 0 })).toEqual([0.5, 0.5, 0, 0.25]);
  expect(errors({ floor: 4, share: 0 })).toEqual([0.25, 0.125, 0, 0.25]);
  expect(errors({ floor: 0, share: 0.5 })).toEqual([0.25, 0.125, 0, 0.25]);
  expect(errors({ floor: 0, share: 2 })).toEqual([0.0625, 0.03125, 0, 0.125]);
});

test('the tolerances are those of the documentation', () => {
  expect(float32Tolerance).toEqual({ relative: 1e-4, floor: 0, share: 0.1 });
  expect(float64Tolerance).toEqual({ relative: 1e-7, floor: 0, share: 1e-3 });
});

test('the largest of the absolute values', () => {
  expect(largest(toTensor([[1, -3, 2]]))).toBe(3);
  expect(largest(toTensor([[0]]))).toBe(0);
  expect(largest(undefined)).toBe(0);
});
