import { beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { FLOAT64, tensor64 } from '../../src/float64/index.js';
import { unary } from '../../src/float64/unary.js';
import { holds } from './holds.js';

beforeAll(async () => {
  await tf.setBackend(FLOAT64);
});

holds(unary);

test('relu is max(v, 0), of what is no number or infinite too', () => {
  const values = [-2, -0, 0, 3, 5e-324, -5e-324, Number.MAX_VALUE, -Infinity, Infinity, Number.NaN];
  const given = tf.tidy(() => tf.relu(tensor64(values)).dataSync());
  expect([...given]).toEqual(values.map((v) => Math.max(v, 0)));
});
