import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { DataError } from '../../src/core/errors.js';
import { fromArrays } from '../../src/data/fromArrays.js';
import { fitTargets, inputShape, toTensors } from '../../src/data/prepare.js';
import { fitScaling } from '../../src/data/scaling.js';
import { anyBackend } from '../support/backends.js';
import { expectFlatMemory } from '../support/memory.js';

beforeAll(anyBackend);

/** The numbers of both, in memory that is given back. */
function numbers(...given: Parameters<typeof toTensors>) {
  const { X, Y } = toTensors(...given);
  const both = { X: X.arraySync(), Y: Y.arraySync(), shape: X.shape };
  tf.dispose([X, Y]);
  return both;
}

const rows = fromArrays({ X: [[1, 2], [3, 4], [5, 6]], y: ['no', 'yes', 'yes'] }); // biome-ignore format: a sample an entry
/** Two pictures of 2 x 2 in 3 channels: every number says its own place. */
const pictures = fromArrays({
  X: Uint8Array.from({ length: 24 }, (_, i) => i),
  y: ['a', 'b'],
  shape: [2, 2, 3],
});

describe('toTensors', () => {
  test('rows of a table become columns, two classes 0 and 1', () => {
    expect(numbers(rows)).toEqual({
      X: [
        [1, 3, 5],
        [2, 4, 6],
      ],
      Y: [[0, 1, 1]],
      shape: [2, 3],
    });
  });

  test('three classes are one-hot, a column a sample', () => {
    const three = fromArrays({ X: [[0], [1], [2], [3]], y: ['b', 'c', 'a', 'c'] });
    const { Y } = numbers(three);
    const { classes } = three.targets as { classes: readonly string[] };
    const name = (j: number) => classes[(Y as number[][]).findIndex((row) => row[j] === 1)];
    expect([0, 1, 2, 3].map(name)).toEqual(['b', 'c', 'a', 'c']);
    expect((Y as number[][]).flat().reduce((sum, y) => sum + y, 0)).toBe(4);
  });

  test('numbers are targets as they are', () => {
    const set = fromArrays({ X: [[1], [2]], y: [[0.5, 10], [1.5, 20]], task: 'regression' }); // biome-ignore format: a sample an entry
    expect(numbers(set).Y).toEqual([
      [0.5, 1.5],
      [10, 20],
    ]);
  });

  test('pictures stay pictures, channels last; flat ones are columns in the same order', () => {
    const { X, shape } = numbers(pictures);
    expect(shape).toEqual([2, 2, 2, 3]);
    expect((X as number[][][][])[1][0][1]).toEqual([15, 16, 17]); // picture 1, row 0, column 1
    const flat = numbers(pictures, { flat: true });
    expect(flat.shape).toEqual([12, 2]);
    expect(flat.X).toEqual(Array.from({ length: 12 }, (_, i) => [i, i + 12]));
    expect([inputShape(pictures), inputShape(pictures, true)]).toEqual([[2, 2, 3], [12]]);
  });

  test('some samples, in the order asked for', () => {
    const { X, Y } = numbers(rows, {}, [2, 0]);
    expect([X, Y]).toEqual([
      [
        [5, 1],
        [6, 2],
      ],
      [[1, 0]],
    ]);
  });

  test.each([true, false])('channels are scaled by their statistics, flat: %s', (flat) => {
    const scaling = fitScaling(pictures, 'standard');
    const { X } = numbers(pictures, { scaling, flat });
    // Channel k holds k, k + 3, …, k + 21: mean k + 10.5, variance 9 · (8² - 1) / 12.
    const sigma = Math.sqrt((9 * 63) / 12);
    const first = flat ? (X as number[][]).map((row) => row[0]) : (X as number[][][][])[0].flat(2);
    first.forEach((value, i) => {
      expect(value).toBeCloseTo((i - (i % 3) - 10.5) / sigma, 5);
    });
  });

  test('leaves nothing in memory but X and Y', async () => {
    const scaling = fitScaling(pictures, 'standard');
    await expectFlatMemory(() => numbers(pictures, { scaling, flat: true }));
  });
});

describe('fitTargets', () => {
  const set = fromArrays({ X: [[1], [2], [3], [4]], y: [2.5, 4.5, 4.5, 8.5], task: 'regression' });

  test('mean and deviation; targets scaled by them have 0 and 1', () => {
    const targetScaling = fitTargets(set)!;
    expect(targetScaling.mean).toEqual([5]);
    expect(targetScaling.deviation[0]).toBeCloseTo(Math.sqrt((6.25 + 0.25 + 0.25 + 12.25) / 4), 12);
    const [Y] = numbers(set, { targetScaling }).Y as number[][];
    expect(Y.reduce((sum, y) => sum + y, 0)).toBeCloseTo(0, 5);
    expect(Y.reduce((sum, y) => sum + y * y, 0) / 4).toBeCloseTo(1, 5);
  });

  test('classes have none', () => {
    expect(fitTargets(rows)).toBeUndefined();
  });

  test('a target that never changes is refused', () => {
    const same = fromArrays({ X: [[1], [2]], y: [3.5, 3.5], task: 'regression' });
    expect(() => fitTargets(same)).toThrow(DataError);
    expect(() => fitTargets(same)).toThrow(/is 3\.5 in every training sample/);
  });
});
