import { expect, test } from '@jest/globals';
import { ValueError } from '../../../src/core/errors.js';
import { halving, rungsFor } from '../../../src/training/search/halving.js';

test('the rungs of Hyperband’s table: 81 candidates, 81 epochs, η = 3', () => {
  // L. Li and others, arXiv:1603.06560, table 1, s = 4.
  expect(rungsFor(81, 81).map(({ count, budget }) => [count, budget])).toEqual([
    [81, 1],
    [27, 3],
    [9, 9],
    [3, 27],
    [1, 81],
  ]);
});

test('few candidates, few epochs', () => {
  expect(rungsFor(2, 100)).toEqual([{ count: 2, budget: 100 }]);
  expect(rungsFor(7, 50)).toEqual([
    { count: 7, budget: 16 },
    { count: 2, budget: 50 },
  ]);
  expect(rungsFor(50, 2)).toEqual([{ count: 50, budget: 2 }]);
  expect(() => rungsFor(0, 5)).toThrow(ValueError);
  expect(() => rungsFor(3, 5, 1)).toThrow('eta is 1');
});

test('by hand: nine candidates on three rungs, and who is out when', async () => {
  const values = [5, 1, 9, 2, 8, 3, 7, 4, 6];
  const calls: string[] = [];
  const ranked = await halving(values, rungsFor(9, 9), {
    score: async (value, budget, index) => {
      calls.push(`${index}@${budget}`);
      return [value];
    },
    onOut: (index) => {
      calls.push(`-${index}`);
    },
  });
  expect(calls).toEqual([
    ...['0@1', '1@1', '2@1', '3@1', '-1', '4@1', '-3', '5@1', '-5', '6@1', '-0', '7@1', '-7'],
    ...['8@1', '-8', '2@3', '4@3', '-4', '6@3', '-6', '2@9'],
  ]);
  expect(ranked.map(({ candidate }) => candidate)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(ranked.map(({ budget }) => budget)).toEqual([9, 3, 3, 1, 1, 1, 1, 1, 1]);
});

test('one rung is a search of all: the best of a brute-force sort', async () => {
  const values = Array.from({ length: 40 }, (_, i) => [(i * 17) % 7, (i * 5) % 11]);
  const ranked = await halving(values, [{ count: 40, budget: 3 }], {
    score: async (value) => value,
  });
  const sorted = values.toSorted(([a, b], [c, d]) => c - a || d - b);
  expect(ranked.map(({ candidate }) => candidate)).toEqual(sorted);
});

test('what diverges is out, however few are left; equal scores keep their order', async () => {
  const scores = [undefined, [1], [Number.NaN], [1], undefined, [0]];
  const out: number[] = [];
  const ranked = await halving(scores, rungsFor(6, 9), {
    score: async (score) => score,
    onOut: (index) => {
      out.push(index);
    },
  });
  expect(ranked.map(({ index }) => index)).toEqual([1, 3, 5, 0, 2, 4]);
  expect(out.toSorted()).toEqual([0, 2, 3, 4, 5]);
  const none = await halving([1, 2, 3], rungsFor(3, 3), { score: async () => undefined });
  expect(none.map(({ budget, score }) => [budget, score])).toEqual(
    new Array(3).fill([1, undefined]),
  );
});
