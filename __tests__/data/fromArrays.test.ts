import { describe, expect, test } from '@jest/globals';
import { DataError, ShapeError, ValueError } from '../../src/core/errors.js';
import { type FromArrays, fromArrays } from '../../src/data/fromArrays.js';
import { classesOf, numbersOf, rowsOf } from './formats/trial.js';

describe('fromArrays', () => {
  test('takes rows and words', () => {
    const set = fromArrays({
      X: [
        [5.5, 3],
        [4.5, 3.5],
        [6, 2],
      ],
      y: ['b', 'a', 'b'],
    });
    expect(set.shape).toEqual([2]);
    expect(rowsOf(set)).toEqual([
      [5.5, 3],
      [4.5, 3.5],
      [6, 2],
    ]);
    expect(classesOf(set)).toEqual(['b', 'a', 'b']);
    expect(set.origin(2)).toBe('sample 2');
  });

  test('takes typed arrays with the shape of a sample', () => {
    const X = Uint8Array.from({ length: 24 }, (_, i) => 10 * i);
    const set = fromArrays({ X, shape: [2, 2, 3], y: [1, 0], classes: ['cat', 'dog'] });
    expect(set.shape).toEqual([2, 2, 3]);
    expect(set.take([1])).toEqual(X.subarray(12));
    expect(classesOf(set)).toEqual(['dog', 'cat']);
  });

  test('takes numbers of one input, and numbers as targets', () => {
    const set = fromArrays({ X: Float64Array.of(1, 2, 3), y: [0.5, 1.5, 2.5] });
    expect(rowsOf(set)).toEqual([[1], [2], [3]]);
    expect(numbersOf(set)).toEqual([0.5, 1.5, 2.5]);
  });

  test('takes pictures in arrays, one-hot labels and booleans', () => {
    const X = [
      [
        [0, 255],
        [1, 2],
      ],
      [
        [3, 4],
        [5, 6],
      ],
    ];
    const set = fromArrays({
      X,
      y: [
        [0, 1],
        [1, 0],
      ],
    });
    expect(set.shape).toEqual([2, 2, 1]);
    expect(classesOf(set)).toEqual(['1', '0']);
    expect(classesOf(fromArrays({ X, y: [true, false] }))).toEqual(['true', 'false']);
  });

  test('a square matrix has its samples in its rows', () => {
    expect(
      rowsOf(
        fromArrays({
          X: [
            [1, 2],
            [3, 4],
          ],
          y: [0.5, 1.5],
        }),
      ),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  const given = (of: unknown) => of as FromArrays;
  test.each<[string, FromArrays, new (message: string) => Error, RegExp]>([
    [
      'short rows',
      given({ X: [[1, 2], [3]], y: [0, 1] }),
      ShapeError,
      /X\[1\] has 1 entries, but .* 2/,
    ],
    [
      'words among numbers',
      given({
        X: [
          [1, 2],
          [3, 'a'],
        ],
        y: [0, 1],
      }),
      ValueError,
      /X\[1\]\[1\] is the string 'a'/,
    ],
    [
      'NaN',
      given({
        X: [
          [1, 2],
          [3, Number.NaN],
        ],
        y: [0, 1],
      }),
      DataError,
      /X\[1, 1\] is NaN/,
    ],
    ['no samples', given({ X: [], y: [] }), ValueError, /y is empty/],
    [
      'a shape that does not fit',
      given({ X: Float32Array.of(1, 2, 3), shape: [2], y: [0, 1] }),
      ShapeError,
      /3 numbers, and a sample of shape \[2\] takes 2/,
    ],
    [
      'fewer labels',
      given({ X: [[1], [2], [3]], y: [0, 1] }),
      DataError,
      /X is \(3, 1\) and y is \(2,\)/,
    ],
    ['an unknown option', given({ X: [[1]], y: [0], Y: 1 }), ValueError, /unknown option Y/],
  ])('refuses %s', (_, arrays, Kind, message) => {
    expect(() => fromArrays(arrays)).toThrow(message);
    expect(() => fromArrays(arrays)).toThrow(Kind);
  });
});
