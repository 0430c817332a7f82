import { expect, test } from '@jest/globals';
import type { Result } from '../../../src/cli/tune/journal.js';
import { figures } from '../../../src/cli/tune/search.js';

const result = (index: number, accuracy?: number): Result => ({
  ...{ index, budget: 3, done: 3, curve: [], seconds: 1 },
  ...(accuracy !== undefined && { score: [accuracy], metrics: { accuracy } }),
});

test('candidate i of n, the best so far, and the epoch; with halving also the round', () => {
  const rungs = [
    { count: 9, budget: 3 },
    { count: 3, budget: 9 },
  ];
  expect(figures({ rung: 0, at: 2 }, rungs.slice(0, 1), [], ['epoch', 1, 3])).toEqual([
    ...['Candidate 2 of 9', 'epoch 1 of 3'],
  ]);
  const results = [result(0, 40), result(1), result(2, 93.331)];
  expect(figures({ rung: 1, at: 3 }, rungs, results, ['epoch', 5, 9])).toEqual([
    ...['Round 2 of 2, candidate 3 of 3', 'best 93.33 %', 'epoch 5 of 9'],
  ]);
  const lost = [result(0)];
  expect(figures({ rung: 0, at: 2 }, rungs, lost, ['epoch', 0, 3])).toHaveLength(2);
});
