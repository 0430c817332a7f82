import { expect, test } from '@jest/globals';
import { takeTurns } from '../../../scripts/bench/takeTurns.js';

/** Says that an iteration takes so many milliseconds, in one turn after another. */
const taking = (...ms: number[]) => {
  let turn = 0;
  return { run: async (iterations: number) => iterations * ms[turn++ % ms.length] };
};

test('who is unsteady has as many rounds again, and the median is that of all', async () => {
  const { steady, unsteady } = await takeTurns(
    { steady: taking(10, 10, 11), unsteady: taking(10, 10, 30, 20) },
    3,
    1,
  );
  expect(steady.rounds).toBe(3);
  expect(unsteady.rounds).toBe(6);
  expect(unsteady.spread).toEqual([10, 30]);
});
