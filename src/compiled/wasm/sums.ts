import { advance, type Body, type Code, loadLanes, op, range, repeat } from './assembler.js';

/** The sums of the rows of a matrix (rows, depth), which may be stored transposed. */
export interface Sums {
  readonly rows: number;
  readonly depth: number;
  readonly transposed: boolean;
}

const bytes = 4;
// Integers: the place in the matrix, that of its block of rows, that of the sums; then counters.
const [place, block, sums, countBlocks, countDepth] = Array(5).keys();
const [sum, next] = [5, 6];

/**
 * Code for the sums of rows, four at a time:
 *
 * s[i] = ((0 + A[i, 0]) + A[i, 1]) + …
 *
 * in this order, like the kernel, which waits for each addition before the next: four lanes wait for
 * four of them at once.
 */
export function sumsCode({ rows, depth, transposed }: Sums, from: number, to: number): Body {
  const stride = transposed
    ? { row: bytes, depth: rows * bytes }
    : { row: depth * bytes, depth: bytes };
  const load = (count: number): Code =>
    transposed && count === 4 ? [op.get(place), op.load(0)] : loadLanes(place, count, stride.row);
  const store = (count: number): Code =>
    count === 4
      ? [op.get(sums), op.get(sum), op.store(0)]
      : range(count).map((lane) => [op.get(sums), op.get(sum), op.storeLane(lane * bytes, lane)]);
  const some = (count: number): Code => [
    [op.get(block), op.set(place), op.zeros, op.set(sum)],
    repeat(depth, countDepth, [
      [load(count), op.set(next)],
      [op.get(sum), op.get(next), op.add, op.set(sum)],
      advance(place, stride.depth),
    ]),
    store(count),
    advance(block, count * stride.row),
    advance(sums, count * bytes),
  ];
  return {
    integers: 5,
    vectors: 2,
    code: [
      [op.int(from), op.set(block), op.int(to), op.set(sums)],
      repeat(Math.floor(rows / 4), countBlocks, some(4)),
      rows % 4 > 0 ? some(rows % 4) : [],
    ],
  };
}
