import { describe, expect, test } from '@jest/globals';
import { RandomState } from '../../../../src/core/random.js';
import { type Distance, drawPoint, otherData } from '../../../../src/oracle/grade/judge/draw.js';
import { numbers } from './submission.js';

const range = <T>(n: number, of: (i: number) => T): T[] =>
  Array.from({ length: n }, (_, i) => of(i));
const varied = (n: number) => range(n, (i) => (i % 2 ? -1 : 1) * (1 + i / 7));
/** X (2, 50), Y (3, 50) one-hot, W (50, 4) */
const W = numbers(varied(200), [50, 4]);
const X = numbers(varied(100), [2, 50]);
const Y = numbers(
  range(150, (i) => Number(Math.floor(i / 50) === (i % 50) % 3)),
  [3, 50],
);
const point = (others: object = {}) => ({ params: new Map([['W', W]]), X, Y, ...others });
const drawn = (distance: Distance, of = point(), isLayer = false, seed = 1) =>
  drawPoint(of, isLayer, distance, new RandomState(seed));
const sorted = (values: Float64Array) => [...values].sort((a, b) => a - b);
const rms = (values: Float64Array) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
const absolute = (values: Float64Array) => values.map(Math.abs);
const all = ['fresh', 'wide', 'alike', 'near'] as const;

test.each(all)('%s: shapes and names stay, the numbers do not, nor is anything changed', (way) => {
  const before = structuredClone([...W.values, ...X.values, ...Y.values]);
  const there = drawn(way);
  expect([...there.params.keys()]).toEqual(['W']);
  expect([there.params.get('W')!.shape, there.X.shape, there.Y.shape]).toEqual([
    ...[W.shape, X.shape, Y.shape],
  ]);
  expect(there.params.get('W')!.values).not.toEqual(W.values);
  expect(there.X.values).not.toEqual(X.values);
  expect([...W.values, ...X.values, ...Y.values]).toEqual(before);
  expect('samples' in there).toBe(false);
});

test.each(all)('%s: by the seed', (way) => {
  expect(drawn(way)).toEqual(drawn(way));
  expect(drawn(way, point(), false, 2).X).not.toEqual(drawn(way).X);
});

test.each(['rows', 'columns'] as const)('samples in %s stay so', (samples) => {
  expect(drawn('fresh', point({ samples })).samples).toBe(samples);
});

describe('parameters', () => {
  const of = (way: Distance, P = W) =>
    drawn(way, point({ params: new Map([['W', P]]) })).params.get('W')!.values;

  // |z| + 0.1 has a mean square of 1 + 0.2 √(2/π) + 0.01 = 1.17.
  const size = Math.sqrt(1 + 0.2 * Math.sqrt(2 / Math.PI) + 0.01);

  test('fresh: normal draws over the root of the inputs, away from zero', () => {
    const values = of('fresh');
    expect(rms(values)).toBeGreaterThan((0.85 * size) / 2);
    expect(rms(values)).toBeLessThan((1.15 * size) / 2);
    expect(Math.min(...absolute(values))).toBeGreaterThanOrEqual(0.1 / 2);
    expect(values.filter((value) => value > 0).length).toBeGreaterThan(70);
    expect(values.filter((value) => value < 0).length).toBeGreaterThan(70);
  });

  test('wide: twice that', () => {
    const fresh = of('fresh');
    expect(of('wide')).toEqual(fresh.map((value) => 2 * value));
  });

  test('a column of biases counts as two inputs, a scalar too', () => {
    const bias = of('fresh', numbers(varied(200), [200, 1]));
    expect(rms(bias)).toBeGreaterThan((0.85 * size) / Math.SQRT2);
    expect(rms(bias)).toBeLessThan((1.15 * size) / Math.SQRT2);
    const scalar = absolute(of('fresh', numbers([3], [])));
    expect(scalar[0]).toBeGreaterThanOrEqual(0.1 / Math.SQRT2);
  });

  test('near: each a hundredth larger or smaller at most', () => {
    const ratios = of('near').map((value, i) => value / W.values[i]);
    expect(Math.min(...ratios)).toBeGreaterThanOrEqual(0.99);
    expect(Math.max(...ratios)).toBeLessThanOrEqual(1.01);
    expect(Math.max(...ratios) - Math.min(...ratios)).toBeGreaterThan(0.015);
  });

  test('alike: in another order, each 0.7 to 1.3 times', () => {
    const values = of('alike');
    const [largest, smallest] = [Math.max, Math.min].map((of) => of(...absolute(W.values)));
    expect(Math.max(...absolute(values))).toBeLessThanOrEqual(1.3 * largest);
    expect(Math.min(...absolute(values))).toBeGreaterThanOrEqual(0.7 * smallest);
    const inPlace = values.filter((value, i) => {
      const ratio = value / W.values[i];
      return ratio >= 0.7 && ratio <= 1.3;
    });
    expect(inPlace.length).toBeLessThan(100);
    expect(values.filter((value) => value > 0).length).toBe(100); // the signs are those there were
    const ends = of('alike', numbers([1, ...new Array(999).fill(1 + 1e-12)]));
    expect([Math.min(...ends) < 0.72, Math.max(...ends) > 1.28]).toEqual([true, true]);
  });

  test.each(['alike', 'near'] as const)('%s: zeros and ones everywhere are drawn', (way) => {
    for (const value of [0, 1]) {
      const values = of(way, numbers(new Array(200).fill(value), [50, 4]));
      expect(new Set(values).size).toBe(200);
      expect(rms(values)).toBeGreaterThan((0.85 * size) / 2);
      expect(rms(values)).toBeLessThan((1.15 * size) / 2);
    }
  });
});

describe('X', () => {
  const of = (way: Distance, values: readonly number[], isLayer = false) =>
    drawn(way, point({ X: numbers(values) }), isLayer).X.values;

  test.each(all)('%s: tokens change places', (way) => {
    const tokens = range(60, (i) => i % 7);
    const there = of(way, tokens);
    expect(sorted(there)).toEqual(sorted(Float64Array.from(tokens)));
    expect([...there]).not.toEqual(tokens);
  });

  test.each(['fresh', 'wide'] as const)('%s: normal draws away from zero, of size 1', (way) => {
    const values = of(way, varied(400));
    expect(Math.min(...absolute(values))).toBeGreaterThanOrEqual(0.1);
    expect(rms(values)).toBeGreaterThan(1);
    expect(rms(values)).toBeLessThan(1.2);
  });

  test('near and alike: beside those that there are', () => {
    const near = of('near', varied(100)).map((value, i) => value / varied(100)[i]);
    expect([Math.min(...near) >= 0.99, Math.max(...near) <= 1.01]).toEqual([true, true]);
    const alike = of('alike', [1000.5, 2000.5]);
    expect(Math.min(...alike)).toBeGreaterThan(700);
  });

  test('a layer is given fresh ones, whatever the distance', () => {
    const values = of('near', [1000.5, 2000.5, 3000.5], true);
    expect(Math.max(...absolute(values))).toBeLessThan(10);
  });

  test('the same everywhere, or a single whole number: drawn', () => {
    const zeros = of('near', new Array(50).fill(0));
    expect(Math.min(...absolute(zeros))).toBeGreaterThanOrEqual(0.1);
    const one = of('fresh', [3]);
    expect(Number.isInteger(one[0])).toBe(false);
    const fractions = of('alike', new Array(50).fill(1000.5));
    expect(Math.max(...absolute(fractions))).toBeLessThan(10);
  });
});

describe('Y', () => {
  const of = (way: Distance, Y: ReturnType<typeof numbers>, isLayer = false) =>
    drawn(way, point({ Y }), isLayer).Y.values;
  const columns = (values: ArrayLike<number>) =>
    range(50, (j) => [0, 1, 2].map((i) => values[50 * i + j]).join());

  test.each(all)('%s: of one-hot labels each stays one, and the columns change places', (way) => {
    const there = of(way, Y);
    expect(columns(there).sort()).toEqual(columns(Y.values).sort());
    expect(columns(there)).not.toEqual(columns(Y.values));
  });

  test('probabilities stay what they are', () => {
    const shares = numbers(
      range(150, (i) => (i + 1) / 151),
      [3, 50],
    );
    const there = of('fresh', shares);
    expect(columns(there).sort()).toEqual(columns(shares.values).sort());
    expect(columns(there)).not.toEqual(columns(shares.values));
  });

  test.each([[[1, 60]], [[60, 1]], [[60]], [[3, 4, 5]]])(
    'labels of shape %j: any order',
    (shape) => {
      const labels = numbers(
        range(60, (i) => i % 3),
        shape,
      );
      const there = of('alike', labels);
      expect(sorted(there)).toEqual(sorted(labels.values));
      expect(there).not.toEqual(labels.values);
    },
  );

  test('real numbers are others of their size; near, beside them', () => {
    const real = numbers(range(50, (i) => 1000.5 + i));
    for (const way of ['fresh', 'wide', 'alike'] as const) {
      const there = of(way, real);
      expect([Math.min(...there) >= 700, Math.max(...there) <= 1400]).toEqual([true, true]);
      expect(
        Math.max(...there.map((value, i) => Math.abs(value / real.values[i] - 1))),
      ).toBeGreaterThan(0.05);
    }
    const near = of('near', real).map((value, i) => value / real.values[i]);
    expect([Math.min(...near) >= 0.99, Math.max(...near) <= 1.01]).toEqual([true, true]);
  });

  test('below 0 or above 1 is no probability; the same everywhere is none', () => {
    for (const values of [range(50, (i) => i / 49 - 0.5), range(50, (i) => i / 25 + 0.01)]) {
      expect(sorted(of('near', numbers(values)))).not.toEqual(sorted(Float64Array.from(values)));
    }
    const half = of('alike', numbers(new Array(50).fill(0.5)));
    expect(new Set(half).size).toBe(50);
  });

  test("a layer's is all its whole numbers: left as they are", () => {
    expect(of('fresh', Y, true)).toEqual(Y.values);
  });
});

describe('other data', () => {
  test('for the same parameters', () => {
    const there = otherData(point({ samples: 'rows' }), new RandomState(1));
    expect(there.params.get('W')).toBe(W);
    expect(there.samples).toBe('rows');
    expect(there.X.values).not.toEqual(X.values);
    expect(there.X.shape).toEqual(X.shape);
    expect(sorted(there.Y.values)).toEqual(sorted(Y.values));
    expect(there.Y.values).not.toEqual(Y.values);
  });

  test('of the size of those that there are', () => {
    const large = point({ X: numbers([1000.5, 2000.5]), Y: numbers([1000.5, 2000.5]) });
    const there = otherData(large, new RandomState(1));
    for (const { values } of [there.X, there.Y]) {
      expect(Math.min(...values)).toBeGreaterThan(700);
      expect(Math.max(...values)).toBeLessThan(2700);
    }
  });
});
