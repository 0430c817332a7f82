import { expect, test } from '@jest/globals';
import { injectAll } from '../../scripts/torture/faults.js';
import { killAtRandom } from '../../scripts/torture/kills.js';

/* `npm run torture -- saving` does all of it; here is a part, another for each seed. */

test('every 80th call of every write fails or kills: the old is there or the new, and the next write mends all', async () => {
  const tallies = await injectAll(80, 3);
  expect(tallies.flatMap(({ failures }) => failures)).toEqual([]);
  expect(tallies).toHaveLength(10);
  for (const { calls, faults, old, new: fresh } of tallies) {
    expect(calls).toBeGreaterThan(10);
    expect(old + fresh).toBe(faults);
  }
}, 120_000);

test('and what is not synced is lost: on a disk that lies about it a loss of power shows', async () => {
  const tallies = await injectAll(20, 3, ['power lost'], true);
  const failures = tallies.flatMap((tally) => tally.failures);
  expect(failures.length).toBeGreaterThan(0);
  expect(failures.every((failure) => failure.includes('power lost at'))).toBe(true);
}, 120_000);

test('two writers, killed at random moments: every model that is read is whole', async () => {
  const { failures, reads } = await killAtRandom(3, 5);
  expect(failures).toEqual([]);
  expect(reads).toBeGreaterThan(8);
}, 120_000);
