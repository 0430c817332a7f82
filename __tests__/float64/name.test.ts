import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { FLOAT64 } from '../../src/float64/index.js';
import { isActive } from '../../src/float64/name.js';

test('active while tfjs computes on it, and only then', async () => {
  await tf.setBackend('cpu');
  expect(isActive()).toBe(false);
  await tf.setBackend(FLOAT64);
  expect(isActive()).toBe(true);
  await tf.setBackend('cpu');
  expect(isActive()).toBe(false);
});
