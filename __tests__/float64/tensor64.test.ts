import { beforeEach, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { FLOAT64, tensor64 } from '../../src/float64/index.js';

beforeEach(() => tf.setBackend(FLOAT64));

test('takes numbers, rows and typed arrays, and a shape', () => {
  tf.tidy(() => {
    expect(tensor64(0.1).shape).toEqual([]);
    expect(tensor64([[0.1, 0.2]]).shape).toEqual([1, 2]);
    expect(tensor64([0.1, 0.2], [2, 1]).arraySync()).toEqual([[0.1], [0.2]]);
    expect(tensor64(Float64Array.of(0.1, 0.2), [1, 2]).arraySync()).toEqual([[0.1, 0.2]]);
    expect(tensor64(Int32Array.of(2 ** 24 + 1)).dataSync()).toEqual(Float64Array.of(2 ** 24 + 1));
    expect(tensor64(Int32Array.of(3)).dtype).toBe('float32');
  });
});

test('copies', () => {
  tf.tidy(() => {
    const values = Float64Array.of(0.1, 0.2);
    const kept = tensor64(values);
    values[0] = 9;
    expect(kept.dataSync()[0]).toBe(0.1);
  });
});

test('gives another backend float32', async () => {
  await tf.setBackend('cpu');
  tf.tidy(() => {
    expect(tensor64(Float64Array.of(0.1)).dataSync()).toEqual(Float32Array.of(0.1));
    expect(tensor64([[0.1]]).dataSync()).toEqual(Float32Array.of(0.1));
  });
});
