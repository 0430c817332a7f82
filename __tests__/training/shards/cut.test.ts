import { expect, test } from '@jest/globals';
import { assertShards, piecesFor, piecesOf } from '../../../src/training/shards/cut.js';

test('shards are a power of two', () => {
  expect([1, 2, 8, 1024].map(assertShards)).toEqual([1, 2, 8, 1024]);
  for (const bad of [0, 3, 6, 2048, 1.5, -2, Number.NaN]) {
    expect(() => assertShards(bad)).toThrow(/give a power of two/);
  }
});

test('pieces are aligned subtrees', () => {
  expect(piecesOf(8, 4)).toEqual([
    { from: 0, to: 2 },
    { from: 2, to: 4 },
    { from: 4, to: 6 },
    { from: 6, to: 8 },
  ]);
});

test('so many pieces that the busiest hand has least, and no more than that', () => {
  // 3 hands: 4 pieces take two turns of a quarter, 8 take three of an eighth.
  expect([0, 1, 2, 3, 4, 5, 7, 8, 64].map((hands) => piecesFor(hands, 8))).toEqual([
    1, 1, 2, 8, 4, 4, 4, 8, 8,
  ]);
  expect(piecesFor(7, 64)).toBe(16);
  expect(piecesFor(2, 64)).toBe(2);
});
