import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import '../../src/float64/index.js';

test('importing the module is all the set-up', async () => {
  expect(await tf.setBackend('handgrad-float64')).toBe(true);
  expect(tf.getBackend()).toBe('handgrad-float64');
});

test('tfjs does not choose it by itself', () => {
  const { registryFactory } = tf.engine();
  const { 'handgrad-float64': float64, cpu } = registryFactory;
  expect(float64.priority).toBeLessThan(cpu.priority);
});
