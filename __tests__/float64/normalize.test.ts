import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { FLOAT64 } from '../../src/float64/index.js';
import {
  caughtWhenRounded,
  expectClose,
  expectGradients,
  numbers,
  randn,
  type Shape,
} from './differences.js';

beforeAll(() => tf.setBackend(FLOAT64));

type T4 = tf.Tensor4D;
const parameters = (shape: Shape) => {
  const [mean, scale, offset] = [1, 2, 3].map((seed) => randn(shape, seed));
  return { mean, variance: tf.add(tf.square(randn(shape, 4)), 0.3), scale, offset };
};

function batchNorms(): void {
  tf.tidy(() => {
    const x = randn([2, 3, 2, 4], 5);
    const { mean, variance, scale, offset } = parameters([4]);
    const y = tf.batchNorm(
      x as T4,
      mean as never,
      variance as never,
      offset as never,
      scale as never,
      0.01,
    );
    const [mu, s, gamma, beta] = [mean, variance, scale, offset].map(numbers);
    const of = (g: boolean) =>
      [...numbers(x)].map((v, i) => {
        const normed = (v - mu[i % 4]) / Math.sqrt(s[i % 4] + 0.01);
        return g ? gamma[i % 4] * normed + beta[i % 4] : normed;
      });
    expectClose(y, of(true), 1e-14);
    expectClose(
      tf.batchNorm(x as T4, mean as never, variance as never, undefined, undefined, 0.01),
      of(false),
      1e-14,
    );
  });
}

describe('batchNorm', () => {
  test('for each channel', batchNorms);
  caughtWhenRounded(['FusedBatchNorm'], batchNorms);

  test.each<[Shape]>([[[4]], [[2, 3, 2, 4]]])('tf.grads agrees with differences, %j', (shape) => {
    const { mean, variance, scale, offset } = parameters(shape);
    const op = (...[x, mu, s, gamma, beta]: tf.Tensor[]) =>
      tf.batchNorm(x as T4, mu as never, s as never, beta as never, gamma as never, 0.01);
    expectGradients(op, [randn([2, 3, 2, 4], 5), mean, variance, scale, offset]);
  });
});

function logSoftmaxes(): void {
  tf.tidy(() => {
    const z = randn([3, 5], 1);
    const rows = tf.engine().runKernel('LogSoftmax', { logits: z }, { axis: -1 }) as tf.Tensor;
    const values = numbers(z);
    const expected = [...values].map((v, i) => {
      const row = [...values.subarray(i - (i % 5), i - (i % 5) + 5)];
      return Math.log(Math.exp(v) / row.reduce((sum, w) => sum + Math.exp(w), 0));
    });
    expectClose(rows, expected, 1e-14);
    expectClose(tf.logSoftmax(z), expected, 1e-14);
  });
}

describe('logSoftmax', () => {
  test('log of softmax', logSoftmaxes);
  caughtWhenRounded(['LogSoftmax'], logSoftmaxes);

  test('of numbers whose exponentials are too large', () => {
    tf.tidy(() => {
      const logits = tf.tensor1d([1000, 0, -1000]);
      const given = tf.engine().runKernel('LogSoftmax', { logits }, { axis: 0 }) as tf.Tensor;
      expect([...given.dataSync()]).toEqual([0, -1000, -2000]);
    });
  });

  test('tf.grads agrees with differences', () => {
    expectGradients((z) => tf.logSoftmax(z), [randn([3, 5], 1)]);
    expectGradients((z) => tf.softmax(z), [randn([3, 2, 5], 2)]);
  });
});

describe('topk', () => {
  test('as sorting gives it', () => {
    tf.tidy(() => {
      const x = randn([2, 3, 9], 7);
      const { values, indices } = tf.topk(x, 4);
      expect([values.shape, indices.shape]).toEqual([
        [2, 3, 4],
        [2, 3, 4],
      ]);
      expect(indices.dtype).toBe('int32');
      const rows = tf.reshape(x, [6, 9]).arraySync() as number[][];
      const sorted = rows.map((row) => [...row].sort((a, b) => b - a).slice(0, 4));
      expectClose(values, sorted.flat(), 0);
      const places = rows.flatMap((row, i) => sorted[i].map((v) => row.indexOf(v)));
      expect([...indices.dataSync()]).toEqual(places);
    });
  });

  test('of equal numbers the first; infinities and whole numbers too', () => {
    tf.tidy(() => {
      const inf = Number.POSITIVE_INFINITY;
      const { values, indices } = tf.topk(tf.tensor1d([1, inf, 3, inf, -inf, 3]), 5);
      expect([...values.dataSync()]).toEqual([inf, inf, 3, 3, 1]);
      expect([...indices.dataSync()]).toEqual([1, 3, 2, 5, 0]);
      const whole = tf.topk(tf.tensor1d([3, 5, 4], 'int32'), 1);
      expect([whole.values.dtype, ...whole.values.dataSync()]).toEqual(['int32', 5]);
    });
  });
});
