import { expect, test } from '@jest/globals';
import { overRuns } from '../../src/course/progress.js';

test('the share of all runs grows to 1 over runs of different lengths', () => {
  const shares: number[] = [];
  const onProgress = overRuns(300, (share) => shares.push(share));
  for (const run of [[1, 100], [100], [50, 100]]) for (const done of run) onProgress({ done });
  expect(shares).toEqual([1, 100, 200, 250, 300].map((done) => done / 300));
});
