import { type _FusedMatMulAttrs, type BatchMatMulAttrs, backend_util } from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/errors.js';
import { type Kernels, type NdArray, type Values, zeros } from './array.js';
import { binary, zip } from './binary.js';
import { broadcastStrides, walk } from './strided.js';
import { atA, atB, atC, plain, SIDE, simd, TILE, type Tiles } from './tiles.js';
import { unary } from './unary.js';

/** Element (i, j) lies at i·row + j·column: a transposed matrix only swaps the two. */
interface Matrix {
  readonly values: Values;
  readonly start: number;
  readonly row: number;
  readonly column: number;
}

let tiles: Tiles | undefined;

/**
 * C = A B, for A (n, k), B (k, m) and C (n, m) row-major from `start`. Blocks of A and B are copied
 * into strips of four rows and four columns, so that the innermost loop reads both in order, whatever
 * is transposed, and uses each number four times.
 */
function multiply(A: Matrix, B: Matrix, C: Values, start: number, n: number, k: number, m: number) {
  tiles ??= simd() ?? plain();
  const { memory } = tiles;
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
        const fromA = A.start + i * A.row + p * A.column;
        const fromB = B.start + j * B.column + p * B.row;
        packStrips(A.values, fromA, A.row, A.column, height, depth, memory, atA);
        packStrips(B.values, fromB, B.column, B.row, width, depth, memory, atB);
        tiles.multiply(stripsOfA, stripsOfB, depth);
      }
      for (let r = 0; r < height; r++) {
        const from = atC + r * row;
        C.set(memory.subarray(from, from + width), start + (i + r) * m + j);
      }
    }
  }
}

/** Lays lines in strips of four. */
function packStrips(
  values: Values,
  from: number,
  nextLine: number,
  nextElement: number,
  lines: number,
  depth: number,
  memory: Float64Array,
  at: number,
): void {
  for (let line = 0; line < lines; line += TILE) {
    const first = from + line * nextLine;
    const to = at + line * depth;
    pack(values, first, nextLine, nextElement, lines - line, depth, memory, to);
  }
}

/** Lays up to four lines side by side; lines that the matrix has no more of are zeros. */
function pack(
  values: Values,
  from: number,
  nextLine: number,
  nextElement: number,
  lines: number,
  depth: number,
  strip: Float64Array,
  at: number,
): void {
  const end = at + depth * TILE;
  if (lines >= TILE) {
    for (let target = at, source = from; target < end; target += TILE, source += nextElement) {
      strip[target] = values[source];
      strip[target + 1] = values[source + nextLine];
      strip[target + 2] = values[source + 2 * nextLine];
      strip[target + 3] = values[source + 3 * nextLine];
    }
    return;
  }
  strip.fill(0, at, end);
  for (let line = 0; line < lines; line++) {
    let source = from + line * nextLine;
    for (let target = at + line; target < end; target += TILE, source += nextElement) {
      strip[target] = values[source];
    }
  }
}

/** Rows and columns of the last two axes, as they are after transposing. */
function matrixShape({ shape }: NdArray, transposed: boolean): [number, number] {
  const [rows, columns] = shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}

/** A B for each pair of matrices, whose leading axes broadcast. */
function matMul(a: NdArray, b: NdArray, { transposeA, transposeB }: BatchMatMulAttrs): NdArray {
  const [n, k] = matrixShape(a, transposeA);
  const [rowsOfB, m] = matrixShape(b, transposeB);
  if (a.shape.length < 2 || b.shape.length < 2 || k !== rowsOfB) {
    const given = ({ shape }: NdArray, transposed: boolean) =>
      `(${shape.join(', ')})${transposed ? ' transposed' : ''}`;
    throw new ShapeError(
      `matMul: a is ${given(a, transposeA)} and b is ${given(b, transposeB)}, but a must have as ` +
        'many columns as b has rows. Is one of them to be transposed?',
    );
  }
  const batchA = a.shape.slice(0, -2);
  const batchB = b.shape.slice(0, -2);
  const batch = backend_util.assertAndGetBroadcastShape(batchA, batchB);
  const out = zeros([...batch, n, m], backend_util.upcastType(a.dtype, b.dtype));
  const stridesA = broadcastStrides(batchA, batch);
  const stridesB = broadcastStrides(batchB, batch);
  walk(batch, stridesA, stridesB, (firstA, firstB, before, line) => {
    for (let i = 0; i < line.size; i++) {
      const A = matrix(a.values, (firstA + i * line.a) * n * k, n, k, transposeA);
      const B = matrix(b.values, (firstB + i * line.b) * k * m, k, m, transposeB);
      multiply(A, B, out.values, (before + i) * n * m, n, k, m);
    }
  });
  return out;
}

const matrix = (
  values: Values,
  start: number,
  rows: number,
  columns: number,
  transposed: boolean,
): Matrix =>
  transposed ? { values, start, row: 1, column: rows } : { values, start, row: columns, column: 1 };

const activations = {
  linear: ({ x }: { x: NdArray }) => x,
  relu: unary.Relu,
  relu6: unary.Relu6,
  elu: unary.Elu,
  sigmoid: unary.Sigmoid,
  leakyrelu: unary.LeakyRelu,
  prelu: binary.Prelu,
};

export const products = {
  BatchMatMul: ({ a, b }, attrs: BatchMatMulAttrs) => matMul(a, b, attrs),

  /** activation(A B + bias) */
  _FusedMatMul: ({ a, b, bias, preluActivationWeights }, attrs: _FusedMatMulAttrs) => {
    const product = matMul(a, b, attrs);
    const x = bias ? zip(product, bias, product.dtype, (v, w) => v + w) : product;
    const inputs = { x, alpha: preluActivationWeights };
    return activations[attrs.activation](inputs, { alpha: attrs.leakyreluAlpha ?? 0.2 });
  },
} satisfies Kernels;
