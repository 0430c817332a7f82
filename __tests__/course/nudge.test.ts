import { expect, test } from '@jest/globals';
import { ValueError } from '../../src/core/errors.js';
import { nudge } from '../../src/course/nudge.js';

test('the slope of a straight line is the same everywhere', () => {
  const line = (x: number) => 3 * x;
  for (const x of [-2, 0, 5]) expect(nudge(line, x)).toBeCloseTo(3, 10);
});

test('the slope of x² at 2 by 0.001 is 4.001, and of x³ at 5 it is 75.015001', () => {
  // ((2 + h)² - 2²)/h = 4 + h, ((5 + h)³ - 5³)/h = 75 + 15 h + h²
  expect(nudge((x) => x * x, 2)).toBeCloseTo(4.001, 10);
  expect(nudge((x) => x ** 3, 5)).toBeCloseTo(75.015001, 8);
});

test('a smaller h is nearer, until rounding outgrows it', () => {
  const off = (h: number) => Math.abs(nudge(Math.exp, 1, h) - Math.E);
  expect(off(1e-5)).toBeLessThan(off(1e-3));
  expect(off(1e-8)).toBeLessThan(off(1e-5));
  expect(off(1e-13)).toBeGreaterThan(off(1e-8));
});

test.each([0, Number.NaN, Number.POSITIVE_INFINITY])('h = %p is refused', (h) => {
  expect(() => nudge(Math.sin, 1, h)).toThrow(ValueError);
});
