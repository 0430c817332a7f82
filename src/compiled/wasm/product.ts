import { advance, type Body, type Code, loadLanes, op, range, repeat } from './assembler.js';
import { type Access, type Fused, stepsCode } from './elementwise.js';

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

/** What is done with each sum of a product, element by element, before it is stored. */
export interface Tail {
  /** The rows and columns are the product's. */
  readonly loop: Fused;
  /** Which of the loop's inputs is the sum. */
  readonly sum: number;
}

/** Where the matrices are. */
export interface Addresses {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** The inputs of the tail, but for the sum. */
  readonly more?: readonly number[];
  /** Room for so many bytes as `scratchBytes` says. */
  readonly scratch: number;
}

/**
 * Code for a product of matrices that change, which XNNPACK would pack anew each time. For each tile of
 * C, at most four rows by eight columns, or 32 columns of a single row:
 *
 * C[i, j] = ((0 + A[i, 0] B[0, j]) + A[i, 1] B[1, j]) + …
 *
 * in this order and without fused operations, like XNNPACK, so the bits are identical. The kernel for
 * batches sums 48 terms at a time, and adds each such sum to C: so does this.
 *
 * Each turn of the loop over k needs eight sums, two vectors of B and four numbers of A, of 15 registers.
 * With more rows, or two k in a turn, V8 in Node 20 and 22 keeps some in memory in between.
 *
 * With a tail, f(C[i, j]) is stored. It has no batch.
 */
export function productCode(product: Product, addresses: Addresses, tail?: Tail): Body {
  const row = asRow(product);
  const { a, b } = addresses;
  const tiles = row
    ? new Tiles(row, { ...addresses, a: b, b: a }, tail)
    : new Tiles(product, addresses, tail);
  const values = tail ? tail.loop.inputs.length + tail.loop.steps.length : 0;
  return { integers: firstVector, vectors: 17 + values, code: tiles.code() };
}

/** A column whose factor lies transposed is a row: Cᵀ = Bᵀ Aᵀ, with neighbours side by side. */
function asRow(product: Product): Product | undefined {
  const { rows, columns, transposedA, batch } = product;
  if (columns > 1 || rows === 1 || !transposedA || batch) return undefined;
  return { ...product, rows: 1, columns: rows, transposedA: false, transposedB: false };
}

/** Bytes for what a product keeps in between: the columns of B that a tile reads, and its sums before a tail. */
export const scratchBytes = (product: Product, tail?: Tail): number =>
  packedBytes(asRow(product) ?? product) +
  (tail && setsAside(asRow(product) ?? product) ? sumsOfTile * vectorBytes : 0);

/**
 * A single row has eight vectors of sums. Those that a tail reads V8 keeps in memory in the loop before it
 * too, unless they go there behind the loop.
 */
const setsAside = ({ rows, depth }: Product) => rows === 1 && depth >= longSum;

const packedBytes = (product: Product): number =>
  stripsOf(product).some(({ packed }) => packed) ? 2 * vectorBytes * product.depth : 0;

const bytes = 4;
const vectorBytes = 16;
/** Terms from which the loop over them is what takes the time. */
const longSum = 16;
/** Vectors of sums that a tile has at most. */
const sumsOfTile = 8;
/** Terms that the kernel for batches sums at a time. */
const batchDepth = 48;
/** With so many rows, in three tiles, columns are read often enough to be packed. */
export const rowsToPack = 9;
/** Of a matrix of so many numbers, the columns that a tile reads do not stay in the cache unless packed. */
const largeB = 2 ** 18;

/** Columns of C that are computed together, and how many such blocks of them there are. */
interface Strip {
  readonly width: number;
  readonly count: number;
  /** B's columns are copied first, so that each tile reads whole vectors, one behind the other. */
  readonly packed: boolean;
  readonly vectors: readonly Lanes[];
}
/** A vector of a strip, of which the last may hold fewer numbers. */
interface Lanes {
  readonly v: number;
  readonly lanes: number;
}

/** A single row has as many sums to add to as four rows have. */
function stripsOf({ rows, depth, columns, transposedB }: Product): Strip[] {
  const whole = rows === 1 ? 32 : 8;
  const strip = (width: number, count: number): Strip => ({
    ...{ width, count },
    packed: rows >= rowsToPack && (transposedB || width % 4 > 0 || depth * columns >= largeB),
    vectors: range(Math.ceil(width / 4)).map((v) => ({ v, lanes: Math.min(4, width - 4 * v) })),
  });
  const strips = [strip(whole, Math.floor(columns / whole)), strip(columns % whole, 1)];
  return strips.filter(({ width, count }) => width * count > 0);
}

// Integers: addresses of the matrices and of the tile in A and B, of the tile in C from its start, as of its
// first column; the depth step; then counters, where the next vector is packed, and the tile's row.
const [baseA, baseB, baseC, tileA, tileB, tileC, columnC, stepA, stepB] = Array(9).keys();
const [countI, countJ, countK, countSums, countBatch, pack, rowC] = [9, 10, 11, 12, 13, 14, 15];
const firstVector = 16;
// Vectors: a number of A, a row of the tile in B, and its sums; a row of C has two of them, or all eight.
const vectorA = firstVector;
const vectorB = (v: number) => firstVector + 1 + v;
const sum = (row: number, v: number) => firstVector + 9 + row * 2 + v;
const tailValue = (i: number) => firstVector + 17 + i;

/** Computes C in tiles. */
class Tiles {
  private readonly strideA: { readonly row: number; readonly depth: number };
  private readonly strideB: { readonly column: number; readonly depth: number };

  constructor(
    private readonly product: Product,
    private readonly at: Addresses,
    private readonly tail: Tail | undefined,
  ) {
    const { rows, depth, columns, transposedA, transposedB } = product;
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
      [
        op.int(this.at.a),
        op.set(baseA),
        op.int(this.at.b),
        op.set(baseB),
        op.int(0),
        op.set(baseC),
      ],
      repeat(batch?.count ?? 1, countBatch, [this.single(), batch ? next : []]),
    ];
  }

  private single(): Code {
    return [
      [op.get(baseB), op.set(tileB), op.get(baseC), op.set(columnC)],
      stripsOf(this.product).map((strip) => repeat(strip.count, countJ, this.strip(strip))),
    ];
  }

  /** All rows of one block of columns. */
  private strip(strip: Strip): Code {
    const { rows } = this.product;
    return [
      strip.packed ? this.pack(strip) : [],
      [op.get(baseA), op.set(tileA), op.get(columnC), op.set(tileC), op.int(0), op.set(rowC)],
      repeat(Math.floor(rows / 4), countI, this.tile(4, strip)),
      rows % 4 > 0 ? this.tile(rows % 4, strip) : [],
      advance(tileB, strip.width * this.strideB.column),
      advance(columnC, strip.width * bytes),
    ];
  }

  private pack({ vectors }: Strip): Code {
    return [
      [op.get(tileB), op.set(stepB), op.int(this.at.scratch), op.set(pack)],
      repeat(this.product.depth, countK, [
        vectors.map((each) => [op.get(pack), this.gather(each), op.store(each.v * vectorBytes)]),
        advance(stepB, this.strideB.depth),
        advance(pack, vectors.length * vectorBytes),
      ]),
    ];
  }

  private tile(height: number, { packed, vectors }: Strip): Code {
    const { depth, columns } = this.product;
    const places = range(height).flatMap((row) => vectors.map((each) => ({ row, ...each })));
    const load = (each: Lanes) =>
      packed ? [op.get(stepB), op.load(each.v * vectorBytes)] : this.gather(each);
    // A single row reads each vector of B once: kept in locals they would not all have a register.
    const kept = height > 1;
    const step = [
      kept ? vectors.map((each) => [load(each), op.set(vectorB(each.v))]) : [],
      range(height).map((row) => [
        [op.get(stepA), op.loadToAll(row * this.strideA.row), op.set(vectorA)],
        vectors.map((each) => [
          [op.get(sum(row, each.v)), op.get(vectorA)],
          kept ? op.get(vectorB(each.v)) : load(each),
          [op.multiply, op.add, op.set(sum(row, each.v))],
        ]),
      ]),
      advance(stepA, this.strideA.depth),
      advance(stepB, packed ? vectors.length * vectorBytes : this.strideB.depth),
    ];
    const sums = (terms: number, isFirst: boolean): Code => [
      places.map(({ row, v }) => [op.zeros, op.set(sum(row, v))]),
      repeat(terms, countK, step),
      isFirst ? [] : places.map(({ row, v, lanes }) => this.addTo(row, v, lanes)),
      this.tail && setsAside(this.product) ? this.setAside(places) : [],
      places.map(({ row, v, lanes }) => this.store(row, v, lanes)),
    ];
    const most = this.product.batch ? batchDepth : depth;
    const [whole, rest] = [Math.floor(depth / most), depth % most];
    return [
      [op.get(tileA), op.set(stepA)],
      [packed ? op.int(this.at.scratch) : op.get(tileB), op.set(stepB)],
      whole > 0 ? sums(most, true) : [],
      repeat(whole - 1, countSums, sums(most, false)),
      rest > 0 ? sums(rest, whole === 0) : [],
      advance(tileA, height * this.strideA.row),
      advance(tileC, height * columns * bytes),
      this.tail ? advance(rowC, height * bytes) : [],
    ];
  }

  /** Up to four numbers of a row of B, wherever they lie. */
  private gather({ v, lanes }: Lanes): Code {
    const start = v * 4 * this.strideB.column;
    if (!this.product.transposedB && lanes === 4) return [op.get(stepB), op.load(start)];
    return loadLanes(stepB, lanes, this.strideB.column, start);
  }

  /** C + the sum */
  private addTo(row: number, v: number, lanes: number): Code {
    return [this.each(this.at.c, row, v, lanes), op.get(sum(row, v)), op.add, op.set(sum(row, v))];
  }

  private setAside(places: readonly { readonly row: number; readonly v: number }[]): Code {
    const place = (i: number) => this.at.scratch + packedBytes(this.product) + i * vectorBytes;
    return [
      places.map(({ row, v }, i) => [op.int(0), op.get(sum(row, v)), op.store(place(i))]),
      places.map(({ row, v }, i) => [op.int(0), op.load(place(i)), op.set(sum(row, v))]),
    ];
  }

  private store(row: number, v: number, lanes: number): Code {
    const start = this.at.c + this.offset(row, v);
    const get = [op.get(tileC), op.get(sum(row, v))];
    const store =
      lanes === 4
        ? [get, op.store(start)]
        : range(lanes).map((lane) => [get, op.storeLane(start + lane * bytes, lane)]);
    return [this.tail ? this.finish(this.tail, row, v, lanes) : [], store];
  }

  /** Replaces the sum by what the tail makes of it. */
  private finish({ loop, sum: place }: Tail, row: number, v: number, lanes: number): Code {
    const addresses = (this.at.more ?? []).toSpliced(place, 0, 0);
    const load: Record<Access, (from: number) => Code> = {
      each: (from) => this.each(from, row, v, lanes),
      scalar: (from) => [op.int(0), op.loadToAll(from)],
      column: (from) => [op.get(rowC), op.loadToAll(from + row * bytes)],
      row: (from) => loadSome(columnC, lanes, from + v * vectorBytes),
    };
    const { compute, result } = stepsCode(loop, tailValue);
    return [
      loop.inputs.map((access, i) => [
        i === place ? op.get(sum(row, v)) : load[access](addresses[i]),
        op.set(tailValue(i)),
      ]),
      [compute, result, op.set(sum(row, v))],
    ];
  }

  /** The numbers of a matrix in C's place. */
  private each(from: number, row: number, v: number, lanes: number): Code {
    return loadSome(tileC, lanes, from + this.offset(row, v));
  }

  private offset(row: number, v: number): number {
    return row * this.product.columns * bytes + v * vectorBytes;
  }
}

/** Up to four numbers side by side. */
const loadSome = (local: number, lanes: number, start: number): Code =>
  lanes === 4 ? [op.get(local), op.load(start)] : loadLanes(local, lanes, bytes, start);
