import { ValueError } from '../core/errors.js';
import * as d3 from '../vendor/contours.js';

/** Numbers at the points of a grid over a rectangle of the plane. */
export interface Grid {
  /** From the first column to the last one. */
  readonly x: readonly [from: number, to: number];
  /** From the first row, which lies below, to the last one. */
  readonly y: readonly [from: number, to: number];
  readonly columns: number;
  readonly rows: number;
  /** Row by row: the value of row r and column c is values[r · columns + c]. */
  readonly values: ArrayLike<number>;
}

/**
 * For each threshold the region where the grid's values are at least as large, with straight lines
 * between the points (marching squares): the d of a path in a square with the side `side`, (0, 0)
 * above on the left.
 */
export function contours(grid: Grid, thresholds: readonly number[]): string[] {
  const { columns, rows, values } = grid;
  const regions = d3
    .contours()
    .size([columns, rows])
    .thresholds([...thresholds]);
  return regions(Array.from(values)).map((region) => pathOf(region, grid));
}

/** Of the square that the paths are drawn in. */
export const side = 1000;

/** d3 puts each number in the middle of a cell; we put it in a corner, and cut off what is outside. */
function pathOf({ coordinates }: d3.ContourMultiPolygon, { columns, rows }: Grid): string {
  const place = (at: number, n: number) =>
    Math.round(10 * side * Math.min(1, Math.max(0, (at - 0.5) / (n - 1)))) / 10;
  return coordinates
    .flat()
    .map((ring) => {
      const corners = distinct(ring.map(([x, y]) => [place(x, columns), side - place(y, rows)]));
      // Along the rim every point lies between its neighbours.
      const turns = corners.filter((corner, i) => {
        const neighbours = [corners.at(i - 1)!, corners[(i + 1) % corners.length]];
        return ![0, 1].some((k) => neighbours.every((other) => other[k] === corner[k]));
      });
      return turns.length < 3 ? '' : `M${turns.map((corner) => corner.join(',')).join('L')}Z`;
    })
    .join('');
}

/** Without what is the same as the point before it; a ring's last point is its first. */
const distinct = (ring: readonly number[][]): number[][] =>
  ring.filter((point, i) => {
    const before = ring.at(i - 1)!;
    return point[0] !== before[0] || point[1] !== before[1];
  });

/** @throws ValueError unless there is a finite number for each point of a grid of some extent. */
export function checkGrid(chart: string, { x, y, columns, rows, values }: Grid): void {
  for (const [what, n] of Object.entries({ columns, rows })) {
    if (Number.isInteger(n) && n >= 2) continue;
    throw new ValueError(`${chart}: grid.${what} is ${n}; give an integer of at least 2.`);
  }
  for (const [what, [from, to]] of Object.entries({ x, y })) {
    if (from < to && Number.isFinite(to - from)) continue;
    throw new ValueError(`${chart}: grid.${what} goes from ${from} to ${to}; give a finite range.`);
  }
  if (values.length !== columns * rows) {
    throw new ValueError(
      `${chart}: grid.values has ${values.length} numbers; ${rows} rows of ${columns} columns need ${columns * rows}.`,
    );
  }
  const strange = Array.from(values).findIndex((value) => !Number.isFinite(value));
  if (strange >= 0) {
    throw new ValueError(
      `${chart}: grid.values[${strange}] is ${values[strange]}; give finite numbers.`,
    );
  }
}
