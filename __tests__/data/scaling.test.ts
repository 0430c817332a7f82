import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from '../../src/core/errors.js';
import { RandomState } from '../../src/core/random.js';
import { toTensors } from '../../src/data/prepare.js';
import { inMemory, type SampleSet } from '../../src/data/sampleSet.js';
import { fitScaling, type Scale } from '../../src/data/scaling.js';
import { anyBackend } from '../support/backends.js';

beforeAll(anyBackend);

const setOf = (values: Uint8Array | Float32Array, shape: readonly number[]): SampleSet =>
  inMemory(values, {
    shape,
    targets: {
      kind: 'classes',
      labels: new Int32Array(values.length / shape.reduce((a, b) => a * b, 1)),
      classes: ['a', 'b'],
    },
    origin: String,
  });

/** The inputs that a scaling makes of its own samples, feature by feature. */
function scaled(set: SampleSet, scale?: Scale): number[][] {
  const { X, Y } = toTensors(set, { scaling: fitScaling(set, scale) });
  const n = set.shape.at(-1)!;
  const rows = tf.tidy(() => (X.rank === 2 ? X : tf.transpose(tf.reshape(X, [-1, n]))));
  const lists = rows.arraySync() as number[][];
  tf.dispose([X, Y, rows]);
  return lists;
}

const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;
const variance = (list: readonly number[]) => mean(list.map((x) => (x - mean(list)) ** 2));

const random = new RandomState(2);
const table = setOf(
  Float32Array.from({ length: 900 }, (_, i) => 1000 * (i % 3) + (1 + (i % 3)) * random.randn(1)[0]),
  [3],
);
const bytes = setOf(Uint8Array.from(random.randint(0, 256, 40 * 4 * 4 * 3)), [4, 4, 3]);

describe('fitScaling', () => {
  test('columns of a table come around 0 with variance 1, each by itself', () => {
    for (const list of scaled(table)) {
      expect(mean(list)).toBeCloseTo(0, 3);
      expect(variance(list)).toBeCloseTo(1, 3);
    }
  });

  test('the mean is that of numpy: 1, 2, 6 have mean 3 and variance 14 / 3', () => {
    const [list] = scaled(setOf(Float32Array.of(1, 2, 6), [1]));
    const sigma = Math.sqrt(14 / 3);
    [-2 / sigma, -1 / sigma, 3 / sigma].forEach((value, i) => {
      expect(list[i]).toBeCloseTo(value, 6);
    });
  });

  test('bytes of pictures are divided by 255, and nothing more', () => {
    const { divisor, layer } = fitScaling(bytes);
    expect([divisor, layer]).toEqual([255, undefined]);
    const all = scaled(bytes).flat();
    expect(Math.max(...all)).toBeLessThanOrEqual(1);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
    expect(mean(all)).toBeCloseTo(0.5, 1);
  });

  test('standard pictures: each channel over all pixels', () => {
    for (const list of scaled(bytes, 'standard')) {
      expect(mean(list)).toBeCloseTo(0, 4);
      expect(variance(list)).toBeCloseTo(1, 4);
    }
  });

  test('unit: the least of each column becomes 0 and the greatest 1', () => {
    for (const list of scaled(table, 'unit')) {
      expect(Math.min(...list)).toBeCloseTo(0, 6);
      expect(Math.max(...list)).toBeCloseTo(1, 6);
    }
  });

  test('numbers from 0 to 1 already stay as they are', () => {
    const set = setOf(Float32Array.of(0.25, 0.5, 0.75), [1]);
    expect(fitScaling(set, 'unit').layer).toBeUndefined();
    expect(scaled(set, 'unit')).toEqual([[0.25, 0.5, 0.75]]);
  });

  test('none leaves bytes bytes', () => {
    const set = setOf(Uint8Array.of(0, 7, 255), [1]);
    expect(scaled(set, 'none')).toEqual([[0, 7, 255]]);
  });

  test('a column that never changes becomes 0, not NaN', () => {
    const set = setOf(Float32Array.of(5, 1, 5, 2, 5, 3), [2]);
    for (const scale of ['standard', 'unit'] as const) {
      expect(scaled(set, scale)[0]).toEqual([0, 0, 0]);
    }
  });

  test('new samples are scaled by the statistics of the training samples', () => {
    const scaling = fitScaling(setOf(Float32Array.of(0, 10), [1])); // mean 5, deviation 5
    const { X, Y } = toTensors(setOf(Float32Array.of(20), [1]), { scaling });
    expect(X.arraySync()).toEqual([[3]]);
    tf.dispose([X, Y]);
  });

  test('a scale that there is not', () => {
    expect(() => fitScaling(table, 'minmax' as Scale)).toThrow(ValueError);
    expect(() => fitScaling(table, 'minmax' as Scale)).toThrow(
      'The scale is minmax; choose from none, unit, standard.',
    );
  });
});
