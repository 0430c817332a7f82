import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { FLOAT64, tensor64 } from '../../src/float64/index.js';
import { type CostOf, centralDifferences, derivativeFrom } from '../../src/oracle/differences.js';
import { expectFlatMemory } from '../support/memory.js';

beforeAll(async () => {
  await tf.setBackend(FLOAT64);
});

const usual = { h: 3e-4, samples: 100, seed: 1 };

/** By differences of J = f(W). */
function differencesOf(costOf: CostOf, at: number[], options: Partial<typeof usual> = {}) {
  const W = tensor64(at);
  const { taken, skipped } = centralDifferences(costOf, { W }, { ...usual, ...options });
  W.dispose();
  return { taken, skipped, derivatives: taken.map(({ derivative }) => derivative) };
}

/** Σ f(W_i) */
const sumOf =
  (f: (x: number) => number): CostOf =>
  ({ W }) =>
    Array.from(W.dataSync(), f).reduce((sum, y) => sum + y, 0);

describe('dJ/dθ ≈ (8 (J(θ + h) - J(θ - h)) - (J(θ + 2h) - J(θ - 2h))) / 12h', () => {
  const points = [-1.5, 0.25, 2];
  const powers = [0, 1, 2, 3, 4];

  // h = 1/4: a power of two keeps the sums exact, and a formula of lower order would be far off.
  test.each(powers)('x^%d: exact', (n) => {
    const { derivatives } = differencesOf(
      sumOf((x) => x ** n),
      points,
      { h: 0.25 },
    );
    derivatives.forEach((derivative, i) => {
      expect(derivative).toBeCloseTo(n === 0 ? 0 : n * points[i] ** (n - 1), 13);
    });
    expect(derivatives.length).toBe(points.length);
  });

  // The fifth derivative is 120, and h⁴/30 of it is what the formula leaves out.
  test.each([0.1, 0.05, 0.025])('x^5 with h = %d: 4 h⁴ too small', (h) => {
    const [derivative] = differencesOf(
      sumOf((x) => x ** 5),
      [2],
      { h },
    ).derivatives;
    expect((5 * 2 ** 4 - derivative) / h ** 4).toBeCloseTo(4, 5);
  });

  test.each<[string, (x: number) => number, (x: number) => number]>([
    ['sin', Math.sin, Math.cos],
    ['exp', Math.exp, Math.exp],
  ])('%s to 1e-10', (_, f, derivativeOf) => {
    for (const x of points) {
      const [derivative] = differencesOf(sumOf(f), [x]).derivatives;
      expect(Math.abs(derivative - derivativeOf(x))).toBeLessThan(1e-10);
    }
  });

  test('every element of every parameter, with the others where they are', () => {
    const a = tensor64([[1, 2]]);
    const b = tensor64([3]);
    const product: CostOf = ({ a, b }) => a.dataSync()[0] * a.dataSync()[1] * b.dataSync()[0];
    const { taken } = centralDifferences(product, { a, b }, usual);
    expect(taken.map(({ parameter, element }) => [parameter, element])).toEqual([
      ['a', 0],
      ['a', 1],
      ['b', 0],
    ]);
    [6, 3, 2].forEach((exact, i) => {
      expect(taken[i].derivative).toBeCloseTo(exact, 9);
    });
    expect([...a.dataSync(), ...b.dataSync()]).toEqual([1, 2, 3]);
    tf.dispose([a, b]);
  });
});

describe('kinks', () => {
  const relu: CostOf = ({ W }) => tf.sum(tf.relu(W)).dataSync()[0];

  test('within reach of h / 4: skipped and counted', () => {
    const { taken, skipped } = differencesOf(relu, [1, 5e-5, -1, 0, -5e-5]);
    expect(taken.map(({ element }) => element)).toEqual([0, 2]);
    expect(skipped).toBe(3);
  });

  test('within reach of h alone: a smaller step gets by', () => {
    const { derivatives, skipped } = differencesOf(relu, [2e-4, -2e-4]);
    expect(skipped).toBe(0);
    expect(derivatives[0]).toBeCloseTo(1, 9);
    expect(derivatives[1]).toBeCloseTo(0, 9);
  });

  test('a random direction over them is skipped too', () => {
    const { taken, skipped } = differencesOf(relu, [1, 1, 1, 1, 0], { samples: 0 });
    expect({ taken, skipped }).toEqual({ taken: [], skipped: 1 });
  });
});

describe('a finer step', () => {
  /** A wave of a length of 0.01: it bends a lot within h. */
  const wave = sumOf((x) => 1e-3 * Math.sin(600 * x));
  const points = [0.1, 0.2, 0.3];
  const slopeAt = (x: number) => 0.6 * Math.cos(600 * x);

  test('a cost that bends within h: what the formula leaves out falls away', () => {
    const { taken } = differencesOf(wave, points);
    const errorsOf = (of: (difference: (typeof taken)[number]) => number) =>
      taken.map((one, i) => Math.abs(of(one) - slopeAt(points[i])));
    expect(Math.min(...errorsOf(({ derivative }) => derivative))).toBeGreaterThan(1e-6);
    expect(Math.max(...errorsOf(({ finer }) => finer()!))).toBeLessThan(1e-9);
  });

  // One unit in the last place of J is 1.2e-10. In the formula nine of them at most, over 12 h:
  // 2.4e-6 with h/8, and 1.9e-5 with h/64.
  test('a large and smooth cost: not so fine that rounding is all there is', () => {
    const { taken } = differencesOf(
      sumOf((x) => 1e6 + Math.sin(x)),
      [0.5],
    );
    expect(Math.abs(taken[0].finer()! - Math.cos(0.5))).toBeLessThan(2.4e-6);
  });

  test('it is taken when it is asked for, and once', () => {
    let costs = 0;
    const counting: CostOf = (params) => {
      costs++;
      return wave(params);
    };
    const W = tensor64([0.1]);
    const [{ finer }] = centralDifferences(counting, { W }, usual).taken;
    expect(costs).toBe(4);
    const first = finer();
    expect([finer(), costs]).toEqual([first, 12]);
    W.dispose();
  });
});

describe('more elements than samples', () => {
  const at = Array.from({ length: 40 }, (_, i) => (i - 20) / 10);
  const cubes = sumOf((x) => x ** 3);
  const gradient = at.map((x) => 3 * x ** 2);

  test('as many elements, none twice, and one direction of length 1', () => {
    const { taken } = differencesOf(cubes, at, { samples: 8 });
    const elements = taken.flatMap(({ element }) => element ?? []);
    expect(new Set(elements).size).toBe(8);
    expect(elements.every((i) => Number.isInteger(i) && i >= 0 && i < 40)).toBe(true);
    const directions = taken.flatMap(({ direction }) => (direction ? [direction] : []));
    expect(taken.length).toBe(9);
    expect(directions.length).toBe(1);
    expect(directions[0].length).toBe(40);
    expect(Math.hypot(...directions[0])).toBeCloseTo(1, 14);
  });

  test('the derivative along it is gradient · direction', () => {
    const { taken } = differencesOf(cubes, at, { samples: 8 });
    for (const difference of taken) {
      expect(difference.derivative).toBeCloseTo(derivativeFrom(gradient, difference), 8);
    }
    const along = taken.at(-1)!;
    const product = gradient.reduce((sum, g, i) => sum + g * along.direction![i], 0);
    expect(derivativeFrom(gradient, along)).toBeCloseTo(product, 12);
  });

  test('one wrong element among the unsampled shows along the direction', () => {
    const { taken } = differencesOf(cubes, at, { samples: 8 });
    const unsampled = at.findIndex((_, i) => taken.every(({ element }) => element !== i));
    const wrong = gradient.map((g, i) => (i === unsampled ? g + 1 : g));
    const off = taken.map((d) => Math.abs(d.derivative - derivativeFrom(wrong, d)));
    expect(off.filter((error) => error > 1e-6).length).toBe(1);
    expect(off.at(-1)).toBeGreaterThan(1e-6);
  });

  test('exactly as many: all of them, and no direction', () => {
    const { taken } = differencesOf(cubes, at, { samples: 40 });
    expect(taken.map(({ element }) => element)).toEqual(at.map((_, i) => i));
  });

  test('the same seed draws the same, another one others', () => {
    const drawn = (seed: number) =>
      differencesOf(cubes, at, { samples: 8, seed }).taken.map(({ element }) => element);
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(2)).not.toEqual(drawn(1));
  });
});

describe('the time that all elements together may take', () => {
  const line: CostOf = ({ a, b, c }) =>
    [a, b, c].reduce((sum, P) => sum + (P ? [...P.dataSync()].reduce((s, x) => s + x, 0) : 0), 0);
  /** a of 3 elements, b of 5 and c of 20, of which 5 are taken. */
  const within = (seconds: number | undefined, samples = 5, directions?: number) => {
    const params = { a: tensor64([1, 2, 3]), b: tensor64([1, 2, 3, 4, 5]), c: tf.ones([20]) };
    const found = centralDifferences(line, params, {
      ...usual,
      ...{ samples, seconds, directions },
    });
    tf.dispose(Object.values(params));
    const count = (name: string) => {
      const own = found.taken.filter(({ parameter }) => parameter === name);
      const elements = own.filter(({ element }) => element !== undefined).length;
      return [elements, own.length - elements];
    };
    return { ...found, a: count('a'), b: count('b'), c: count('c') };
  };

  test('no limit: all of them', () => {
    const all = { stopped: false, a: [3, 0], b: [5, 0], c: [5, 1] };
    expect(within(undefined)).toMatchObject(all);
    expect(within(60)).toMatchObject(all);
  });

  test('over at once: each parameter has had a turn, and a direction stands for the rest of it', () => {
    expect(within(-1)).toMatchObject({ stopped: true, a: [1, 1], b: [1, 1], c: [1, 1] });
  });

  test('as many directions as are asked for', () => {
    expect(within(-1, 5, 3)).toMatchObject({ a: [1, 3], b: [1, 3], c: [1, 3] });
  });

  test('a parameter that is done when it is over needs none', () => {
    const now = performance.now;
    // The clock is asked at the start, and after each turn: over after the third.
    let asked = 0;
    performance.now = () => (asked++ < 3 ? 1000 : 3001);
    try {
      expect(within(2)).toMatchObject({ stopped: true, a: [3, 0], b: [3, 1], c: [3, 1] });
    } finally {
      performance.now = now;
    }
  });

  test('exactly as long is not over', () => {
    const now = performance.now;
    let asked = 0;
    performance.now = () => (asked++ === 0 ? 1000 : 3000);
    try {
      expect(within(2)).toMatchObject({ stopped: false, a: [3, 0], b: [5, 0], c: [5, 1] });
    } finally {
      performance.now = now;
    }
  });

  test('where all is taken in one turn nothing is cut off', () => {
    expect(within(-1, 1)).toMatchObject({ stopped: false, a: [1, 1], b: [1, 1], c: [1, 1] });
    expect(within(-1, 0)).toMatchObject({ stopped: false, a: [0, 1], b: [0, 1], c: [0, 1] });
  });

  test('each parameter by itself, in its own order, elements before directions', () => {
    const { taken } = within(undefined);
    const order = taken.map(({ parameter, direction }) => `${parameter}${direction ? ' D' : ''}`);
    expect(order).toEqual([...[...'aaabbbbbccccc'], 'c D']);
  });
});

test('the draws of a direction are spread evenly from -1 to 1, before its length is made 1', () => {
  const n = 2000;
  const W = tensor64(new Float64Array(n));
  const { taken } = centralDifferences(({ W }) => W.dataSync()[0], { W }, { ...usual, samples: 0 });
  W.dispose();
  // Of even draws the mean square is 1/3, the fourth power 1/5: the quotient of moments is 9/5.
  const direction = [...taken[0].direction!];
  const moment = (k: number) => direction.reduce((sum, x) => sum + x ** k, 0) / n;
  expect(moment(4) / moment(2) ** 2).toBeGreaterThan(1.7);
  expect(moment(4) / moment(2) ** 2).toBeLessThan(1.9);
  expect(Math.abs(moment(1)) / Math.sqrt(moment(2))).toBeLessThan(0.1);
});

// J = W + Σ max(0, W² - c²) at 0: the slope is 1, and the kinks lie c to both sides.
describe('kinks that the coarse step passes over', () => {
  const between =
    (...kinks: number[]): CostOf =>
    ({ W }) =>
      kinks.reduce(
        (sum, c) => sum + tf.sum(tf.relu(tf.sub(tf.square(W), c * c))).dataSync()[0],
        W.dataSync()[0],
      );
  const finerOf = (...kinks: number[]) => {
    const { taken, skipped } = differencesOf(between(...kinks), [0]);
    expect(skipped).toBe(0);
    expect(taken[0].derivative).toBeCloseTo(1, 9);
    return taken[0].finer();
  };

  // The finer steps are 3.75e-5 and 4.7e-6, and their doubles.
  test('a finer one that meets one is left out', () => {
    expect(finerOf(5e-5)).toBeCloseTo(1, 9);
    expect(finerOf(7e-6)).toBeCloseTo(1, 9);
  });

  test('where each meets one there is none', () => {
    expect(finerOf(5e-5, 7e-6)).toBeUndefined();
  });
});

test('memory is flat, also where the cost throws', async () => {
  const squares: CostOf = ({ W }) => tf.sum(tf.square(W)).dataSync()[0];
  await expectFlatMemory(() => differencesOf(squares, [1, 2, 3], { samples: 2 }));
  const W = tensor64([1]);
  const failing: CostOf = ({ W }) => {
    tf.square(W);
    throw new RangeError('no cost');
  };
  await expectFlatMemory(() => {
    expect(() => centralDifferences(failing, { W }, usual)).toThrow('no cost');
  });
  W.dispose();
});
