import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from '../../src/core/errors.js';
import * as planar from '../../src/data/planar.js';
import { FLOAT64 } from '../../src/float64/index.js';
import { golden } from '../support/goldens.js';

const { blobs, flower, gaussianQuantiles, noisyCircles, noisyMoons, planarMatrices, twoClasses } =
  planar;
const sets = { blobs, flower, gaussianQuantiles, noisyCircles, noisyMoons, xor: planar.xor };

interface Case {
  name: keyof typeof sets;
  options: { m?: number };
  labels: string;
  first: number[][];
  last: number[];
  sums: number[];
  squares: number;
}
const { cases } = golden<{ cases: Case[] }>('planarSets');

/** Within 1e-12 of the larger of 1 and the number: sums run over up to 400 points. */
function expectClose(actual: ArrayLike<number>, expected: readonly number[]) {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i] - value)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
  });
}

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

describe.each(cases)('$name $options, as numpy and scikit-learn draw it', (expected) => {
  const { X, labels, m, classes } = sets[expected.name](expected.options);
  const rows = [X.subarray(0, m), X.subarray(m)];

  test('labels', () => {
    expect(labels.join('')).toBe(expected.labels);
    expect(m).toBe(expected.labels.length);
    expect(classes).toBe(new Set(expected.labels).size);
  });
  test('X (2, m)', () => {
    rows.forEach((row, i) => {
      expectClose(row.subarray(0, 4), expected.first[i]);
    });
    expectClose([rows[0][m - 1], rows[1][m - 1]], expected.last);
    expectClose(rows.map(sum), expected.sums);
    expectClose([sum(X.map((x) => x * x))], [expected.squares]);
  });
});

test('the sets of the goldens are the sets of the module', () => {
  expect(new Set(cases.map(({ name }) => name))).toEqual(new Set(Object.keys(sets)));
});

test("the flower is the course's", () => {
  const { X_first_5_columns, X_sum } = golden<{ X_first_5_columns: number[][]; X_sum: number }>(
    'planar',
  );
  const { X, m } = flower();
  expectClose(X.subarray(0, 5), X_first_5_columns[0]);
  expectClose(X.subarray(m, m + 5), X_first_5_columns[1]);
  expectClose([sum(X)], [X_sum]);
});

describe('matrices', () => {
  beforeAll(async () => {
    await tf.setBackend(FLOAT64);
  });

  test('X keeps every digit of a double; two classes are a row', () => {
    const set = flower();
    const { X, Y } = planarMatrices(set);
    expect(X.shape).toEqual([2, 400]);
    expect(Y.shape).toEqual([1, 400]);
    expect([...X.dataSync()]).toEqual([...set.X]);
    expect([...Y.dataSync()]).toEqual(set.labels);
    tf.dispose([X, Y]);
  });
  test('six classes are one-hot columns, and two by parity', () => {
    const set = blobs();
    const { X, Y } = planarMatrices(set);
    expect(Y.shape).toEqual([6, 200]);
    const ones = set.labels.map((label, i) => label * 200 + i);
    expect([...Y.dataSync()].flatMap((y, i) => (y === 0 ? [] : [[i, y]]))).toEqual(
      ones.sort((a, b) => a - b).map((i) => [i, 1]),
    );
    const two = planarMatrices(twoClasses(set));
    expect(two.Y.shape).toEqual([1, 200]);
    expect([...two.Y.dataSync()]).toEqual(set.labels.map((label) => label % 2));
    tf.dispose([X, Y, two.X, two.Y]);
  });
});

test.each<[string, () => unknown]>([
  ['flower: m is 0; give an integer of at least 2.', () => flower({ m: 0 })],
  ['flower: m is 401; give an even number: half a class.', () => flower({ m: 401 })],
  ['flower: m is 2.5; give an integer of at least 2.', () => flower({ m: 2.5 })],
  ['noisyCircles: m is 1; give an integer of at least 2.', () => noisyCircles({ m: 1 })],
  ['noisyCircles: factor is 1; give a radius from 0', () => noisyCircles({ factor: 1 })],
  ['noisyMoons: noise is -1; give a number of at least 0.', () => noisyMoons({ noise: -1 })],
  ['noisyMoons: noise is NaN; give a number of at least 0.', () => noisyMoons({ noise: NaN })],
  ['blobs: centers is 1; give an integer of at least 2.', () => blobs({ centers: 1 })],
  ['blobs: m is 5; give an integer of at least 6.', () => blobs({ m: 5 })],
  ['gaussianQuantiles: variance is Infinity', () => gaussianQuantiles({ variance: Infinity })],
  ['xor: m is -3; give an integer of at least 1.', () => planar.xor({ m: -3 })],
  ['seed is -1; give an integer from 0 to 4294967295.', () => planar.xor({ seed: -1 })],
])('bad input: %s', (message, draw) => {
  expect(draw).toThrow(ValueError);
  expect(draw).toThrow(message);
});
