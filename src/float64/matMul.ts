import { type _FusedMatMulAttrs, type BatchMatMulAttrs, backend_util } from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/errors.js';
import { type Kernels, type NdArray, type Values, zeros } from './array.js';
import { activated } from './fused.js';
import { multiply, type Strided } from './product.js';
import { broadcastStrides, walk } from './strided.js';

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
): Strided =>
  transposed ? { values, start, row: 1, column: rows } : { values, start, row: columns, column: 1 };

export const products = {
  BatchMatMul: ({ a, b }, attrs: BatchMatMulAttrs) => matMul(a, b, attrs),

  _FusedMatMul: ({ a, b, ...rest }, attrs: _FusedMatMulAttrs) =>
    activated(matMul(a, b, attrs), rest, attrs),
} satisfies Kernels;
