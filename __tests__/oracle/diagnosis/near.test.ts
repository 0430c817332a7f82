import { beforeAll, expect, test } from '@jest/globals';
import { tensor64 } from '../../../src/float64/index.js';
import { near } from '../../../src/oracle/diagnosis/near.js';
import { useBackend } from '../../../src/runtime/backends.js';

beforeAll(() => useBackend('float64'));

test.each<[string, number[][], number[][], boolean]>([
  ['equal numbers', [[1, 2]], [[1, 2]], true],
  ['rounding, by the largest element', [[1e-12, 4]], [[0, 4]], true],
  ['a millionth off', [[1, 2.000002]], [[1, 2]], false],
  ['another shape', [[1, 2]], [[1], [2]], false],
  ['all zero', [[0, 0]], [[0, 0]], true],
  ['NaN', [[Number.NaN, 2]], [[Number.NaN, 2]], false],
])('%s', (_, a, b, expected) => {
  expect(near(tensor64(a), tensor64(b))).toBe(expected);
});
