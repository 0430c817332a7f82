import { expect, test } from '@jest/globals';
import { erf } from '../../src/float64/erf.js';

/** Whole numbers that stand for 2^-200 each: the alternating series, in 200 binary places. */
const places = 200n;
const one = 1n << places;
const toNumber = (v: bigint) => Number(v >> (places - 100n)) / 2 ** 100;

/** √π from Machin's formula for π, π/4 = 4 atan(1/5) - atan(1/239). */
function rootOfPi(): bigint {
  const inverseTangent = (n: bigint) => {
    let sum = 0n;
    for (let power = one / n, k = 1n; power !== 0n; power /= -n * n, k += 2n) sum += power / k;
    return sum;
  };
  const pi = 4n * (4n * inverseTangent(5n) - inverseTangent(239n));
  let root = one * 2n;
  for (let i = 0; i < 12; i++) root = (root + (pi << places) / root) / 2n;
  return root;
}
const halfRootOfPi = rootOfPi() / 2n;

/** 2/√π Σ (-1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)) */
function exactly(x: number): number {
  const X = BigInt(x * 2 ** 60) << (places - 60n); // the x of the tests have no more digits
  const square = (X * X) >> places;
  let term = X;
  let sum = X;
  for (let n = 1n; term !== 0n; n++) {
    term = -((term * square) >> places) / n;
    sum += term / (2n * n + 1n);
  }
  return toNumber((sum << places) / halfRootOfPi);
}

test('the reference is right', () => {
  // Abramowitz and Stegun, table 7.1.
  expect(exactly(0.5)).toBeCloseTo(0.5204998778, 10);
  expect(exactly(2)).toBeCloseTo(0.995322265, 9);
});

test('erf is right to the last digits, everywhere', () => {
  let worst = 0;
  for (let x = -6.5; x <= 6.5; x += 1 / 64) {
    const expected = exactly(x);
    const off = x === 0 ? Math.abs(erf(x)) : Math.abs(erf(x) - expected) / Math.abs(expected);
    worst = Math.max(worst, off);
  }
  expect(worst).toBeLessThanOrEqual(8 * 2 ** -53);
});

test('small, odd, infinite and no numbers', () => {
  expect(erf(1e-300)).toBeCloseTo((2 / Math.sqrt(Math.PI)) * 1e-300, 310);
  expect(erf(0)).toBe(0);
  expect(erf(Number.POSITIVE_INFINITY)).toBe(1);
  expect(erf(Number.NEGATIVE_INFINITY)).toBe(-1);
  expect(erf(Number.NaN)).toBeNaN();
});
