import type { Values } from './array.js';
import { atA, atB, atC, plain, SIDE, simd, TILE, type Tiles } from './tiles.js';

/** Element (i, j) lies at start + i·row + j·column: a transposed matrix only swaps the two. */
export interface Strided {
  readonly values: Values;
  readonly start: number;
  readonly row: number;
  readonly column: number;
}

/** Element (i, j) lies at rows[i] + columns[j]: a matrix of overlapping patches need not be built. */
export interface Tabled {
  readonly values: Values;
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

export type Matrix = Strided | Tabled;

export const transposed = (M: Matrix): Matrix =>
  'rows' in M
    ? { values: M.values, rows: M.columns, columns: M.rows }
    : { values: M.values, start: M.start, row: M.column, column: M.row };

let tiles: Tiles | undefined;

/** Copying so few numbers takes less than asking for a view of them. */
const FEW = 32;

/**
 * C = A B, for A (n, k), B (k, m) and C (n, m) row-major from `start`. Blocks of A and B are copied
 * into strips of four rows and four columns, so that the innermost loop reads both in order, wherever
 * they lie, and uses each number four times.
 */
export function multiply(
  A: Matrix,
  B: Matrix,
  C: Values,
  start: number,
  n: number,
  k: number,
  m: number,
): void {
  tiles ??= simd() ?? plain();
  const { memory } = tiles;
  const columnsOfB = transposed(B);
  for (let i = 0; i < n; i += SIDE) {
    const height = Math.min(SIDE, n - i);
    const stripsOfA = Math.ceil(height / TILE);
    for (let j = 0; j < m; j += SIDE) {
      const width = Math.min(SIDE, m - j);
      const stripsOfB = Math.ceil(width / TILE);
      const row = stripsOfB * TILE;
      memory.fill(0, atC, atC + stripsOfA * TILE * row);
      for (let p = 0; p < k; p += SIDE) {
        const depth = Math.min(SIDE, k - p);
        packStrips(A, i, p, height, depth, memory, atA);
        packStrips(columnsOfB, j, p, width, depth, memory, atB);
        tiles.multiply(stripsOfA, stripsOfB, depth);
      }
      for (let r = 0; r < height; r++) {
        const from = atC + r * row;
        const to = start + (i + r) * m + j;
        if (width > FEW) C.set(memory.subarray(from, from + width), to);
        else for (let c = 0; c < width; c++) C[to + c] = memory[from + c];
      }
    }
  }
}

/** Lays `lines` rows of M from row i, `depth` elements of each from column j, in strips of four. */
function packStrips(
  M: Matrix,
  i: number,
  j: number,
  lines: number,
  depth: number,
  memory: Float64Array,
  at: number,
): void {
  for (let line = 0; line < lines; line += TILE) {
    const to = at + line * depth;
    const left = Math.min(TILE, lines - line);
    if (left < TILE) memory.fill(0, to, to + depth * TILE);
    if ('rows' in M) packTabled(M, i + line, j, left, depth, memory, to);
    else packStrided(M, i + line, j, left, depth, memory, to);
  }
}

/** Lays up to four lines side by side; lines that the matrix has no more of stay as they are. */
function packStrided(
  { values, start, row, column }: Strided,
  i: number,
  j: number,
  lines: number,
  depth: number,
  strip: Float64Array,
  at: number,
): void {
  const end = at + depth * TILE;
  const from = start + i * row + j * column;
  if (lines === TILE) {
    for (let target = at, source = from; target < end; target += TILE, source += column) {
      strip[target] = values[source];
      strip[target + 1] = values[source + row];
      strip[target + 2] = values[source + 2 * row];
      strip[target + 3] = values[source + 3 * row];
    }
    return;
  }
  for (let line = 0; line < lines; line++) {
    let source = from + line * row;
    for (let target = at + line; target < end; target += TILE, source += column) {
      strip[target] = values[source];
    }
  }
}

/** As packStrided. */
function packTabled(
  { values, rows, columns }: Tabled,
  i: number,
  j: number,
  lines: number,
  depth: number,
  strip: Float64Array,
  at: number,
): void {
  if (lines === TILE) {
    const [r0, r1, r2, r3] = [rows[i], rows[i + 1], rows[i + 2], rows[i + 3]];
    for (let p = 0, target = at; p < depth; p++, target += TILE) {
      const column = columns[j + p];
      strip[target] = values[r0 + column];
      strip[target + 1] = values[r1 + column];
      strip[target + 2] = values[r2 + column];
      strip[target + 3] = values[r3 + column];
    }
    return;
  }
  for (let line = 0; line < lines; line++) {
    const row = rows[i + line];
    for (let p = 0; p < depth; p++) strip[at + line + p * TILE] = values[row + columns[j + p]];
  }
}
