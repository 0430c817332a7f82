import { expect, test } from '@jest/globals';
import { memoryOf } from '../../src/jobs/memory.js';

test('a process holds at least what it has just filled, and less than a terabyte', () => {
  const before = memoryOf(process.pid)!;
  const filled = new Float64Array(2 ** 24).fill(1); // 128 MB
  const after = memoryOf(process.pid)!;
  expect(filled[5]).toBe(1);
  expect(after).toBeGreaterThanOrEqual(128);
  expect(after).toBeGreaterThanOrEqual(before);
  expect(after).toBeLessThan(1e6);
});

test('a process that is not there holds nothing that could be said', () => {
  expect(memoryOf(2 ** 30)).toBeUndefined();
});
