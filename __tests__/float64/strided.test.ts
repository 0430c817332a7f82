import { describe, expect, test } from '@jest/globals';
import { broadcastStrides, copy, materialize, stridesOf, walk } from '../../src/float64/strided.js';

test('row-major strides', () => {
  expect(stridesOf([2, 3, 4])).toEqual([12, 4, 1]);
  expect(stridesOf([])).toEqual([]);
});

test('what is broadcast does not move', () => {
  expect(broadcastStrides([3, 1], [2, 3, 4])).toEqual([0, 1, 0]);
  expect(broadcastStrides([4], [3, 4])).toEqual([0, 1]);
  expect(broadcastStrides([], [3, 4])).toEqual([0, 0]);
});

describe('walk', () => {
  const lines = (shape: number[], a: number[], b: number[]) => {
    const visited: number[][] = [];
    walk(shape, a, b, (i, j, before, { size }) => visited.push([i, j, before, size]));
    return visited;
  };

  test('is one line where both views are the array itself', () => {
    expect(lines([2, 3, 4], [12, 4, 1], [12, 4, 1])).toEqual([[0, 0, 0, 24]]);
  });

  test('is one line for a scalar, and none for no elements', () => {
    expect(lines([], [], [])).toEqual([[0, 0, 0, 1]]);
    expect(lines([0, 3], [3, 1], [3, 1]).filter(([, , , size]) => size > 0)).toEqual([]);
  });

  test('is a line for each row against a column', () => {
    const expected = [[0, 0, 0, 3], [3, 1, 3, 3]]; // biome-ignore format: rows
    expect(lines([2, 3], [3, 1], [1, 0])).toEqual(expected);
  });

  test('turns over several axes', () => {
    // (2, 2, 2), the second view with its axes reversed.
    const expected = [[0, 0, 0, 2], [2, 2, 2, 2], [4, 1, 4, 2], [6, 3, 6, 2]]; // biome-ignore format: rows
    expect(lines([2, 2, 2], [4, 2, 1], [1, 2, 4])).toEqual(expected);
  });
});

const x = { values: Float64Array.of(0, 1, 2, 3, 4, 5), dtype: 'float32' as const }; // (2, 3)

test('views: transposed, a column, backwards', () => {
  expect(materialize(x, [3, 2], [1, 3]).values).toEqual(Float64Array.of(0, 3, 1, 4, 2, 5));
  expect(materialize(x, [2, 1], [3, 1], 2).values).toEqual(Float64Array.of(2, 5));
  expect(materialize(x, [2, 3], [-3, -1], 5).values).toEqual(Float64Array.of(5, 4, 3, 2, 1, 0));
});

test('copy writes where it is told, and nowhere else', () => {
  const out = { values: new Float64Array(8), strides: [4, 1], offset: 1 };
  copy([2, 2], { values: x.values, strides: [3, 1] }, out);
  expect(out.values).toEqual(Float64Array.of(0, 0, 1, 0, 0, 3, 4, 0));
});
