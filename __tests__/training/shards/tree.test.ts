import { expect, test } from '@jest/globals';
import { RandomState } from '../../../src/core/random.js';
import { piecesOf } from '../../../src/training/shards/cut.js';
import { alongTree, type Sum } from '../../../src/training/shards/tree.js';

/** Numbers whose float32 sum depends on the order. */
const leaves = Array.from({ length: 8 }, (_, s) =>
  Float32Array.from(new RandomState(s + 1).randn(50), (value) => value * 10 ** (s % 5)),
);
const leaf = (s: number): Sum => ({ values: leaves[s].slice(), cost: leaves[s][0] });
const whole = { from: 0, to: 8 };
const f = Math.fround;

test('((g0 + g1) + (g2 + g3)) + ((g4 + g5) + (g6 + g7)), in float32', () => {
  const [a, b, c, d, e, g, h, i] = leaves.map((list) => list[7]);
  const { values } = alongTree(whole, leaf)!;
  expect(values[7]).toBe(f(f(f(a + b) + f(c + d)) + f(f(e + g) + f(h + i))));
  const inOrder = leaves.reduce((sum, list) => sum.map((value, j) => value + list[j]));
  expect([...values]).not.toEqual([...inOrder]);
});

test('the sums of pieces, summed along the tree, are the same bits for 1, 2, 4 and 8 of them', () => {
  const once = alongTree(whole, leaf)!;
  for (const pieces of [2, 4, 8]) {
    const sums = piecesOf(8, pieces).map((range) => alongTree(range, leaf));
    expect(alongTree({ from: 0, to: pieces }, (i) => sums[i])).toEqual(once);
  }
});

test('empty leaves add nothing, wherever they are', () => {
  const some = (s: number) => (s === 2 || s > 4 ? undefined : leaf(s));
  const once = alongTree(whole, some)!;
  const sums = piecesOf(8, 4).map((range) => alongTree(range, some));
  expect(sums[3]).toBeUndefined();
  expect(alongTree({ from: 0, to: 4 }, (i) => sums[i])).toEqual(once);
  expect(alongTree(whole, () => undefined)).toBeUndefined();
});
