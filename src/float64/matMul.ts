import { type _FusedMatMulAttrs, type BatchMatMulAttrs, backend_util } from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/errors.js';
import { type Kernels, type NdArray, type Values, zeros } from './array.js';
import { binary, zip } from './binary.js';
import { broadcastStrides, walk } from './strided.js';
import { unary } from './unary.js';

/** Element (i, j) lies at i·row + j·column: a transposed matrix only swaps the two. */
interface Matrix {
  readonly values: Values;
  readonly start: number;
  readonly row: number;
  readonly column: number;
}

/** As many rows and columns of the product as there are registers to add up in. */
const TILE = 4;
/** As much of the inner dimension as keeps both strips in the cache. */
const DEPTH = 256;

const stripOfB = new Float64Array(TILE * DEPTH);
const tile = new Float64Array(TILE * TILE);
let stripsOfA = new Float64Array(0);

/**
 * C += A B, for A (n, k), B (k, m) and C (n, m) row-major from `start`. Strips of four rows of A
 * and four columns of B are copied side by side, so that the innermost loop reads both in order,
 * whatever is transposed, and uses each number four times.
 */
function multiply(A: Matrix, B: Matrix, C: Values, start: number, n: number, k: number, m: number) {
  const strips = Math.ceil(n / TILE);
  const room = strips * TILE * Math.min(DEPTH, k);
  if (stripsOfA.length < room) {
    stripsOfA = new Float64Array(room);
  }
  for (let p = 0; p < k; p += DEPTH) {
    const depth = Math.min(DEPTH, k - p);
    for (let strip = 0; strip < strips; strip++) {
      const i = strip * TILE;
      const from = A.start + i * A.row + p * A.column;
      pack(A.values, from, A.row, A.column, n - i, depth, stripsOfA, i * depth);
    }
    for (let j = 0; j < m; j += TILE) {
      const from = B.start + p * B.row + j * B.column;
      pack(B.values, from, B.column, B.row, m - j, depth, stripOfB, 0);
      for (let i = 0; i < n; i += TILE) {
        multiplyStrips(i * depth, depth);
        const height = Math.min(TILE, n - i);
        const width = Math.min(TILE, m - j);
        for (let r = 0; r < height; r++) {
          for (let c = 0; c < width; c++) {
            C[start + (i + r) * m + j + c] += tile[r * TILE + c];
          }
        }
      }
    }
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

/** tile = (strip of A) (strip of B): sixteen sums, each in its own variable. */
function multiplyStrips(startA: number, depth: number): void {
  const a = stripsOfA;
  const b = stripOfB;
  let [c00, c01, c02, c03] = [0, 0, 0, 0];
  let [c10, c11, c12, c13] = [0, 0, 0, 0];
  let [c20, c21, c22, c23] = [0, 0, 0, 0];
  let [c30, c31, c32, c33] = [0, 0, 0, 0];
  for (let i = startA, j = 0; j < depth * TILE; i += TILE, j += TILE) {
    const b0 = b[j];
    const b1 = b[j + 1];
    const b2 = b[j + 2];
    const b3 = b[j + 3];
    const a0 = a[i];
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    c03 += a0 * b3;
    const a1 = a[i + 1];
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    c13 += a1 * b3;
    const a2 = a[i + 2];
    c20 += a2 * b0;
    c21 += a2 * b1;
    c22 += a2 * b2;
    c23 += a2 * b3;
    const a3 = a[i + 3];
    c30 += a3 * b0;
    c31 += a3 * b1;
    c32 += a3 * b2;
    c33 += a3 * b3;
  }
  tile.set([c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c23, c30, c31, c32, c33]);
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
