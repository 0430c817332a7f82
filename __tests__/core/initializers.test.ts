import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Initializer } from '../../src/core/initializers.js';
import * as initializers from '../../src/core/initializers.js';
import { RandomState } from '../../src/core/random.js';
import { useBackend } from '../../src/runtime/backends.js';
import { anyBackend } from '../support/backends.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { golden } from '../support/goldens.js';
import { build, multiply, toTensor, transpose } from '../support/matrices.js';

const { streams } = golden<{ streams: { seed: number; randn: number[] }[] }>('randn');
const { seed, randn } = streams[1];

// numpy's randn(2, 4), row by row, times the scale that each paper gives for (2, 4).
const [n, nPrev] = [2, 4];
const scales: Record<string, number> = {
  zeros: 0,
  normal: 0.01,
  course: 1 / 2,
  he: Math.sqrt(2 / 4),
  xavier: Math.sqrt(2 / 6),
  lecun: 1 / 2,
};

// The same for uniform draws: the bound of each.
const bounds: Record<string, number> = {
  uniform: 0.05,
  heUniform: Math.sqrt(6 / 4),
  glorotUniform: Math.sqrt(6 / 6),
  lecunUniform: Math.sqrt(3 / 4),
};

beforeAll(anyBackend);

const made = Object.entries(initializers).map(
  ([name, value]) => [name, typeof value === 'function' ? value() : value] as const,
);

test('each is exported under its own name, and is one of those below', () => {
  expect(made.map(([, { name }]) => name)).toEqual(made.map(([name]) => name));
  const held = [...Object.keys(scales), ...Object.keys(bounds), 'orthogonal'];
  expect(Object.keys(initializers).sort()).toEqual(held.sort());
});

const only = (record: object) => made.filter(([name]) => name in record);

test.each(only(scales))("%s: numpy's draws times its scale", (name, initializer: Initializer) => {
  const W = initializer.initialize(n, nPrev, new RandomState(seed));
  expectMatrix(
    W,
    build(n, nPrev, (i, j) => randn[i * nPrev + j] * scales[name]),
    1e-7,
  );
});

test('normal takes another scale', () => {
  const W = initializers.normal(3).initialize(n, nPrev, new RandomState(seed));
  expectMatrix(
    W,
    build(n, nPrev, (i, j) => 3 * randn[i * nPrev + j]),
    1e-7,
  );
});

test('zeros leaves the stream where it is, the others take n_l n_prev draws', () => {
  const random = new RandomState(seed);
  initializers.zeros.initialize(1, 3, random);
  initializers.course.initialize(2, 2, random);
  expect(random.gauss()).toBeCloseTo(randn[4], 14);
});

const moment = (values: ArrayLike<number>, power: number) =>
  Array.from(values).reduce((sum, v) => sum + v ** power, 0) / values.length;

test.each(only(bounds))('%s: uniform within its bound', (name, initializer: Initializer) => {
  const [fanOut, fanIn, size] = [2, 4, 20_000];
  const W = initializer.initialize(fanOut, fanIn, new RandomState(2), [100, 200]);
  expect(W.shape).toEqual([100, 200]);
  const values = Array.from(W.dataSync(), (w) => w / bounds[name]);
  const largest = values.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
  expect(largest).toBeLessThanOrEqual(1 + 1e-6);
  expect(largest).toBeGreaterThan(0.999);
  // Four standard deviations of the mean, and of the mean square, of uniform draws.
  expect(Math.abs(moment(values, 1))).toBeLessThan(4 * Math.sqrt(1 / 3 / size));
  expect(Math.abs(moment(values, 2) - 1 / 3)).toBeLessThan(4 * Math.sqrt(4 / 45 / size));
});

test("uniform draws are numpy's rand, row by row", () => {
  const W = initializers.uniform(0.5).initialize(2, 2, new RandomState(seed));
  const draws = new RandomState(seed).rand(4);
  expectMatrix(
    W,
    build(2, 2, (i, j) => draws[2 * i + j] - 0.5),
    1e-7,
  );
});

test('fans, not the shape, set the scale', () => {
  const W = initializers.he.initialize(8, 50, new RandomState(3), [5, 5, 20, 40]);
  expect(W.shape).toEqual([5, 5, 20, 40]);
  // Four standard deviations of the mean square of normal draws.
  expect(Math.abs(moment(W.dataSync(), 2) * 25 - 1)).toBeLessThan(4 * Math.sqrt(2 / 20_000));
});

describe('orthogonal, in double precision', () => {
  beforeAll(async () => {
    await useBackend('float64');
  });

  test.each([
    [[6, 6], 1],
    [[7, 3], 1],
    [[3, 7], 1.5],
    [[2, 3, 4], 1],
    [[100, 100], 1],
    [[1, 5], 2],
  ])('%j: orthonormal columns, or rows, times %d', (shape, gain) => {
    const W = initializers.orthogonal(gain).initialize(0, 0, new RandomState(1), shape);
    expect(W.shape).toEqual(shape);
    const columns = shape.at(-1)!;
    const rows = W.size / columns;
    const values = W.dataSync();
    const M = build(rows, columns, (i, j) => values[i * columns + j] / gain);
    const Q = rows < columns ? transpose(M) : M;
    const count = Math.min(rows, columns);
    expectMatrix(
      toTensor(multiply(transpose(Q), Q)),
      build(count, count, (i, j) => +(i === j)),
      1e-13,
    );
  });

  test('the first vector is the first draw, of length 1', () => {
    const W = initializers.orthogonal().initialize(2, 4, new RandomState(seed));
    const length = Math.sqrt(randn.slice(0, 4).reduce((sum, v) => sum + v * v, 0));
    for (let j = 0; j < 4; j++) expect(W.dataSync()[j]).toBeCloseTo(randn[j] / length, 13);
  });

  test('every direction is as likely: the determinant has both signs', () => {
    const random = new RandomState(6);
    const signs = Array.from({ length: 40 }, () => {
      const [a, b, c, d] = initializers.orthogonal().initialize(2, 2, random).dataSync();
      return Math.round(a * d - b * c);
    });
    const turns = signs.filter((sign) => sign === 1).length;
    expect(signs.every((sign) => Math.abs(sign) === 1)).toBe(true);
    // 20 of 40, within four standard deviations.
    expect(Math.abs(turns - 20)).toBeLessThan(4 * Math.sqrt(10));
  });
});
