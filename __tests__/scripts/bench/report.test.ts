import { expect, test } from '@jest/globals';
import { limitOf } from '../../../scripts/bench/report.js';

const measured = { name: 'mnist', title: '', timings: {} };

test('the limit is the work of the products at the measured speed', () => {
  // 29 MFLOP at 100 GFLOP/s
  expect(limitOf({ ...measured, work: 29e6 }, 100)).toMatch(/at the 100 GFLOP\/s .*: 290 µs\.$/);
  expect(limitOf(measured, 100)).toBeUndefined();
  expect(limitOf({ ...measured, work: 29e6 }, undefined)).toBeUndefined();
});
