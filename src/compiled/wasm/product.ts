import { advance, type Body, type Code, loadLanes, op, range, repeat } from './assembler.js';

/** C (rows, columns) = A (rows, depth) B (depth, columns). A and B may be stored transposed. */
export interface Product {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  readonly transposedA: boolean;
  readonly transposedB: boolean;
  /** Several products one behind the other. Default: one. */
  readonly batch?: Batch;
}

/** How many products, and whether each has an A and a B of its own. */
export interface Batch {
  readonly count: number;
  readonly ownA: boolean;
  readonly ownB: boolean;
}

/**
 * Code for a product of matrices so small that packing them takes longer than multiplying them. For
 * each tile of C, at most four rows by eight columns, or 32 columns of a single row:
 *
 * C[i, j] = ((0 + A[i, 0] B[0, j]) + A[i, 1] B[1, j]) + …
 *
 * in this order and without fused operations, like XNNPACK, so the bits are identical. The kernel for
 * batches sums 48 terms at a time, and adds each such sum to C: so does this.
 */
export function productCode(product: Product, a: number, b: number, c: number): Body {
  const { rows, columns, transposedA, batch } = product;
  // A column whose factor lies transposed is a row: Cᵀ = Bᵀ Aᵀ, with neighbours side by side.
  if (columns === 1 && rows > 1 && transposedA && !batch) {
    const turned = { ...product, rows: 1, columns: rows, transposedA: false, transposedB: false };
    return productCode(turned, b, a, c);
  }
  return { integers: firstVector, vectors: 16, code: new Tiles(product, a, b, c).code() };
}

const bytes = 4;
/** Terms that the kernel for batches sums at a time. */
const batchDepth = 48;
// Integers: addresses of the matrices and of the tile in A, B, C, a row of tiles in B, the depth step; then
// counters.
const [baseA, baseB, baseC, tileA, tileB, tileC, columnC, stepA, stepB] = Array(9).keys();
const [countI, countJ, countK, countSums, countBatch, firstVector] = [9, 10, 11, 12, 13, 14];
// Vectors: a row of the tile in B, and its sums; a row of C has two of them, or all eight.
const vectorB = (v: number) => firstVector + v;
const sum = (row: number, v: number) => firstVector + 8 + row * 2 + v;

/** Computes C in tiles. `a`, `b` and `c` are the addresses of the matrices. */
class Tiles {
  /** Columns of a whole tile. A single row has as many sums to add to as four rows have. */
  private readonly width: 8 | 32;
  private readonly strideA: { readonly row: number; readonly depth: number };
  private readonly strideB: { readonly column: number; readonly depth: number };

  constructor(
    private readonly product: Product,
    private readonly a: number,
    private readonly b: number,
    private readonly c: number,
  ) {
    const { rows, depth, columns, transposedA, transposedB } = product;
    this.width = rows === 1 ? 32 : 8;
    this.strideA = transposedA
      ? { row: bytes, depth: rows * bytes }
      : { row: depth * bytes, depth: bytes };
    this.strideB = transposedB
      ? { column: depth * bytes, depth: bytes }
      : { column: bytes, depth: columns * bytes };
  }

  code(): Code {
    const { rows, depth, columns, batch } = this.product;
    const next = [
      batch?.ownA ? advance(baseA, rows * depth * bytes) : [],
      batch?.ownB ? advance(baseB, depth * columns * bytes) : [],
      advance(baseC, rows * columns * bytes),
    ];
    return [
      [op.int(this.a), op.set(baseA), op.int(this.b), op.set(baseB), op.int(this.c), op.set(baseC)],
      repeat(batch?.count ?? 1, countBatch, [this.single(), batch ? next : []]),
    ];
  }

  private single(): Code {
    const { product, width } = this;
    const rest = product.columns % width;
    return [
      [op.get(baseB), op.set(tileB), op.get(baseC), op.set(columnC)],
      repeat(Math.floor(product.columns / width), countJ, this.strip(width)),
      rest > 0 ? this.strip(rest) : [],
    ];
  }

  /** All rows of one block of columns. */
  private strip(width: number): Code {
    const { rows } = this.product;
    return [
      [op.get(baseA), op.set(tileA), op.get(columnC), op.set(tileC)],
      repeat(Math.floor(rows / 4), countI, this.tile(4, width)),
      rows % 4 > 0 ? this.tile(rows % 4, width) : [],
      advance(tileB, width * this.strideB.column),
      advance(columnC, width * bytes),
    ];
  }

  private tile(height: number, width: number): Code {
    const { depth, columns } = this.product;
    const vectors = range(Math.ceil(width / 4)).map((v) => ({
      v,
      lanes: Math.min(4, width - 4 * v),
    }));
    const places = range(height).flatMap((row) => vectors.map((each) => ({ row, ...each })));
    const step = [
      vectors.map(({ v, lanes }) => [this.loadB(v, lanes), op.set(vectorB(v))]),
      places.map(({ row, v }) => [
        op.get(sum(row, v)),
        [op.get(stepA), op.loadToAll(row * this.strideA.row)],
        [op.get(vectorB(v)), op.multiply, op.add, op.set(sum(row, v))],
      ]),
      advance(stepA, this.strideA.depth),
      advance(stepB, this.strideB.depth),
    ];
    const sums = (terms: number, isFirst: boolean): Code => [
      places.map(({ row, v }) => [op.zeros, op.set(sum(row, v))]),
      repeat(terms, countK, step),
      isFirst ? [] : places.map(({ row, v, lanes }) => this.addTo(row, v, lanes)),
      places.map(({ row, v, lanes }) => this.store(row, v, lanes)),
    ];
    const most = this.product.batch ? batchDepth : depth;
    const [whole, rest] = [Math.floor(depth / most), depth % most];
    return [
      [op.get(tileA), op.set(stepA), op.get(tileB), op.set(stepB)],
      whole > 0 ? sums(most, true) : [],
      repeat(whole - 1, countSums, sums(most, false)),
      rest > 0 ? sums(rest, whole === 0) : [],
      advance(tileA, height * this.strideA.row),
      advance(tileC, height * columns * bytes),
    ];
  }

  /** Up to four elements from a row of B. */
  private loadB(v: number, lanes: number): Code {
    const start = v * 4 * this.strideB.column;
    if (!this.product.transposedB && lanes === 4) return [op.get(stepB), op.load(start)];
    return loadLanes(stepB, lanes, this.strideB.column, start);
  }

  /** C + the sum */
  private addTo(row: number, v: number, lanes: number): Code {
    const start = row * this.product.columns * bytes + v * 4 * bytes;
    const load =
      lanes === 4 ? [op.get(tileC), op.load(start)] : loadLanes(tileC, lanes, bytes, start);
    return [load, op.get(sum(row, v)), op.add, op.set(sum(row, v))];
  }

  private store(row: number, v: number, lanes: number): Code {
    const start = row * this.product.columns * bytes + v * 4 * bytes;
    const get = [op.get(tileC), op.get(sum(row, v))];
    if (lanes === 4) return [get, op.store(start)];
    return range(lanes).map((lane) => [get, op.storeLane(start + lane * bytes, lane)]);
  }
}
