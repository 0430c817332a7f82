import { describe, expect, test } from '@jest/globals';
import { costIntervals, durationOf, stepsOf } from '../../../src/cli/train/length.js';

describe('some 25 cost lines, however long the run', () => {
  const units = ['iteration', 'epoch'] as const;
  const lengths = [1, 99, 100, 2500, 2501, 10_000, 123_456, 100_000_000];
  test.each(units.flatMap((unit) => lengths.map((times) => [unit, times] as const)))(
    '%ss: %d',
    (unit, times) => {
      const { costEvery, lineEvery } = costIntervals({ unit, times });
      expect(Math.ceil(times / lineEvery) + 1).toBeLessThanOrEqual(26);
      expect(lineEvery % costEvery).toBe(0); // each line has a cost
    },
  );

  test('the costs of the course: every 100 iterations, each with its line', () => {
    expect(costIntervals({ unit: 'iteration', times: 2500 })).toEqual({
      costEvery: 100,
      lineEvery: 100,
    });
  });

  test('a long run keeps some 1,000 costs, not a million', () => {
    const { costEvery } = costIntervals({ unit: 'iteration', times: 100_000_000 });
    expect(costEvery % 100).toBe(0);
    expect(100_000_000 / costEvery).toBeLessThanOrEqual(1000);
  });
});

test.each([
  ['iterations', { unit: 'iteration', times: 70 }, 70],
  ['epochs of all samples', { unit: 'epoch', times: 3 }, 3],
  ['batches, of which the last is smaller', { unit: 'epoch', times: 3, batchSize: 40 }, 9],
] as const)('steps: %s', (_, length, steps) => {
  expect(stepsOf(length, 100)).toBe(steps);
});

test('what was done', () => {
  expect(durationOf({ unit: 'iteration', times: 9, done: 5 })).toEqual({ iterations: 5 });
  expect(durationOf({ unit: 'epoch', times: 9, done: 5, batchSize: 8 })).toEqual({
    epochs: 5,
    batchSize: 8,
  });
});
