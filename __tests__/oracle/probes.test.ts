import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from '../../src/core/errors.js';
import { FLOAT64 } from '../../src/float64/index.js';
import { dimensions } from '../../src/oracle/dimensions.js';
import { drawPoint, redraw } from '../../src/oracle/probes.js';
import type { Point, Subject } from '../../src/oracle/subject.js';
import { toRows, transpose } from '../support/matrices.js';

beforeAll(async () => {
  await tf.setBackend(FLOAT64);
});

const shapes = {
  X: ['n_x', 'm'],
  Y: ['n_y', 'm'],
  W1: ['n_h', 'n_x'],
  b1: ['n_h', 1],
  W2: ['n_y', 'n_h'],
  b2: ['n_y', 1],
};

const tensorsOf = ({ params, X, Y }: Point) => Object.entries({ ...params, X, Y });
const shapesOf = (point: Point) =>
  Object.fromEntries(tensorsOf(point).map(([name, { shape }]) => [name, shape]));
const valuesOf = (point: Point) => tensorsOf(point).map(([, tensor]) => [...tensor.dataSync()]);

/** The columns of Y, sorted. */
const columns = ({ Y }: Point) => transpose(toRows(Y)).map(String).sort();

const isPrime = (n: number) =>
  n > 1 && Array.from({ length: n }, (_, d) => d).every((d) => d < 2 || n % d !== 0);

describe('dimensions', () => {
  test('each name has a prime of its own', () => {
    const sizes = dimensions(shapes);
    expect(Object.keys(sizes).sort()).toEqual(['m', 'n_h', 'n_x', 'n_y']);
    expect(Object.values(sizes).filter((n) => !isPrime(n))).toEqual([]);
    expect(new Set(Object.values(sizes)).size).toBe(4);
  });

  test('none is equal to a side that is given as a number', () => {
    const fixed = { X: [7, 'm'], Y: [5, 'm'], W: [5, 7], V: ['k', 3] };
    const sizes = Object.values(dimensions(fixed));
    expect(sizes.filter((n) => [3, 5, 7].includes(n))).toEqual([]);
    expect(new Set(sizes).size).toBe(2);
  });

  test.each(['X', 'Y'])('%s is missing: said with the line to write', (name) => {
    const { [name as 'X']: _, ...rest } = shapes;
    const line = `${name}: ['n_${name.toLowerCase()}', 'm']`;
    expect(() => dimensions(rest)).toThrow(ValueError);
    expect(() => dimensions(rest)).toThrow(`shapes: ${name} is missing.`);
    expect(() => dimensions(rest)).toThrow(line);
  });

  test('as many as there are primes, and no more', () => {
    const named = (n: number) => ({
      X: ['d0', 'd1'],
      Y: [1, 'd1'],
      W: Array.from({ length: n }, (_, i) => `d${i}`),
    });
    expect(new Set(Object.values(dimensions(named(16)))).size).toBe(16);
    expect(() => dimensions(named(17))).toThrow(ValueError);
    expect(() => dimensions(named(17))).toThrow('17 named dimensions; 16 at most');
    expect(() => dimensions({ ...named(16), b: [7, 1] })).toThrow('16 named dimensions; 15');
  });
});

describe('drawPoint', () => {
  test('the shapes that were asked for', () => {
    const { n_x, n_h, n_y, m } = dimensions(shapes);
    expect(shapesOf(drawPoint(shapes, 'binary', 1))).toEqual({
      X: [n_x, m],
      Y: [n_y, m],
      W1: [n_h, n_x],
      b1: [n_h, 1],
      W2: [n_y, n_h],
      b2: [n_y, 1],
    });
  });

  test('in double precision, without a symmetry, a zero or a value close to it', () => {
    const square = { ...shapes, W1: ['n_x', 'n_x'] };
    const point = drawPoint(square, 'binary', 1);
    for (const tensor of [...Object.values(point.params), point.X]) {
      const values = [...tensor.dataSync()];
      expect(new Set(values.map(Math.abs)).size).toBe(values.length);
      expect(Math.min(...values.map(Math.abs))).toBeGreaterThan(0.01);
      expect(values.every((value) => Math.fround(value) === value)).toBe(false);
    }
    const { W1 } = point.params;
    expect(toRows(W1)).not.toEqual(transpose(toRows(W1)));
  });

  test('a seed gives the same numbers again, another one others', () => {
    const draw = (seed: number) => valuesOf(drawPoint(shapes, 'real', seed));
    expect(draw(3)).toEqual(draw(3));
    const [one, other] = [draw(3), draw(4)];
    one.forEach((values, i) => {
      expect(values).not.toEqual(other[i]);
    });
  });

  test('labels by default: 0 and 1, and both of them even for two samples', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { Y } = drawPoint({ X: ['n', 2], Y: [1, 2] }, undefined, seed);
      expect([...Y.dataSync()].sort()).toEqual([0, 1]);
    }
  });

  test.each([1, 2, 3])('seed %d, one-hot: a single 1 in each column, and every class', (seed) => {
    const columns = transpose(toRows(drawPoint(shapes, 'one-hot', seed).Y));
    for (const column of columns) expect([...column].sort()).toEqual([0, 0, 1]);
    expect(new Set(columns.map((column) => column.indexOf(1))).size).toBe(3);
  });

  test('real: any number', () => {
    const values = [...drawPoint(shapes, 'real', 1).Y.dataSync()];
    expect(new Set(values).size).toBe(values.length);
    expect(values.some((value) => value < 0) && values.some((value) => value > 0)).toBe(true);
  });
});

describe('redraw', () => {
  test.each<NonNullable<Subject['labels']>>(['binary', 'one-hot', 'real'])(
    '%s: the same shapes, the same labels in another order, other numbers',
    (labels) => {
      const point = drawPoint(shapes, labels, 1);
      const again = redraw(point, 2);
      expect(shapesOf(again)).toEqual(shapesOf(point));
      expect(columns(again)).toEqual(columns(point));
      for (const [name, P] of [...Object.entries(point.params), ['X', point.X] as const]) {
        const other = name === 'X' ? again.X : again.params[name];
        expect([...other.dataSync()].some((v) => P.dataSync().includes(v))).toBe(false);
      }
    },
  );

  test('another order of the labels', () => {
    const point = drawPoint(shapes, 'real', 1);
    expect(toRows(redraw(point, 2).Y)).not.toEqual(toRows(point.Y));
  });

  test('labels that are no matrix stay as they are', () => {
    const { params, X } = drawPoint(shapes, 'real', 1);
    const again = redraw({ params, X, Y: tf.tensor1d([1, 2, 3]) }, 2);
    expect([...again.Y.dataSync()]).toEqual([1, 2, 3]);
  });
});
