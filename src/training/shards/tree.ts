import type { Range } from '../batches.js';

/** What shards give: the numbers of their gradients, one parameter after the other, and their cost. */
export interface Sum {
  /** Float32, or float64 on a backend of double precision. */
  readonly values: Float32Array | Float64Array;
  readonly cost: number;
}

/**
 * The sum of leaves along the binary tree over them: ((g0 + g1) + (g2 + g3)) + …, whoever adds. The sum of an
 * aligned range is a node of the tree, and so may be taken elsewhere. An empty leaf adds nothing.
 */
export function alongTree(
  { from, to }: Range,
  leaf: (s: number) => Sum | undefined,
): Sum | undefined {
  if (to - from === 1) return leaf(from);
  const middle = (from + to) / 2;
  const left = alongTree({ from, to: middle }, leaf);
  const right = alongTree({ from: middle, to }, leaf);
  return left && right ? added(left, right) : (left ?? right);
}

/** share · a, in the place of a. */
export function weighed({ values, cost }: Sum, share: number): Sum {
  for (let i = 0; i < values.length; i++) values[i] *= share;
  return { values, cost: share * cost };
}

/** a + b, in the place of a. Added here and not by a backend: some take the smallest numbers for zero. */
export function added(a: Sum, b: Sum): Sum {
  const { values } = a;
  for (let i = 0; i < values.length; i++) values[i] += b.values[i];
  return { values, cost: a.cost + b.cost };
}
