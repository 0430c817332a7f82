import { beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { FLOAT64, tensor64 } from '../../src/float64/index.js';
import { reductions } from '../../src/float64/reduce.js';
import { holds } from './holds.js';

beforeAll(async () => {
  await tf.setBackend(FLOAT64);
});

holds(reductions);

const of = (f: (x: tf.Tensor) => tf.Tensor, values: number[]) =>
  tf.tidy(() => f(tensor64(values)).dataSync()[0]);
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

// What plain addition makes of them: 0, 0.30000000000000004, and 0.9999999999999999.
test.each<[number[], number]>([
  [[1, 1e100, 1, -1e100], 2],
  [[0.1, 0.2, -0.3], 2 ** -55],
  [Array<number>(10).fill(0.1), 1],
  [[inf, 1], inf],
  [[1e308, 1e308, 1], inf],
  [[inf, -inf], nan],
  [[1, nan, 2], nan],
])('the sum of %j loses nothing on the way', (values, sum) => {
  expect(of(tf.sum, values)).toBe(sum);
});

test.each<[number[], number]>([
  [[1, nan, 2], nan],
  [[nan, inf], nan],
  [[-inf, -inf], -inf],
  [[-3, -1, -2], -1],
])('the largest of %j', (values, largest) => {
  expect(of(tf.max, values)).toBe(largest);
});
