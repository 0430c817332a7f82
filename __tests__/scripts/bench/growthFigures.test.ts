import { expect, test } from '@jest/globals';
import { exponents, stretches } from '../../../scripts/bench/growthFigures.js';
import { work } from '../../../scripts/bench/task.js';

/** A time of factor · x^power, with x for the work. */
const law = (factor: number, power: number, xs: readonly number[]) =>
  xs.map((x) => ({ x, ms: factor * x ** power, work: x }));

const xs = [10, 100, 1000, 10_000];

test('the exponents of power laws', () => {
  for (const power of [0, 0.5, 1, 1.4]) {
    const found = exponents(law(3, power, xs));
    expect(found).toHaveLength(3);
    for (const exponent of found) expect(exponent).toBeCloseTo(power, 10);
  }
  expect(exponents(law(1, 1, [5]))).toEqual([]);
});

test('two power laws cross where algebra says', () => {
  // 2 x^1 = 50 x^0.5 where x^0.5 = 25, at 625
  const found = stretches(law(2, 1, xs), law(50, 0.5, xs));
  expect(found.map(({ faster }) => faster)).toEqual(['ours', 'theirs']);
  expect(found[0].from).toBe(10);
  expect(found[1].from).toBeCloseTo(625, 6);
});

test('lines that do not cross are one stretch; places of one line alone do not count', () => {
  expect(stretches(law(1, 1, xs), law(2, 1, xs))).toEqual([{ from: 10, faster: 'ours' }]);
  expect(stretches(law(3, 1, [1000, 10_000]), law(2, 1, xs))).toEqual([
    { from: 1000, faster: 'theirs' },
  ]);
  expect(stretches([], law(1, 1, xs))).toEqual([]);
});

test('the work of a step, counted by hand', () => {
  const shape = { sizes: [5, 3, 2], activations: ['relu', 'sigmoid'], m: 7, learningRate: 1 };
  // Z1, dW1: (3, 5) · 7 twice; Z2, dW2, dA1: (2, 3) · 7 three times; a product and a sum each
  expect(work(shape)).toBe(2 * 7 * (2 * 15 + 3 * 6));
  expect(work({ ...shape, batchSize: 2 })).toBe(2 * 2 * (2 * 15 + 3 * 6));
});
