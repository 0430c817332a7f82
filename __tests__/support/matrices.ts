import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { matrix } from '../../src/core/tensors.js';

/** A matrix in double precision, row by row: what the tests compute with. */
export type Rows = number[][];

export const toTensor = (rows: Rows): Tensor2D =>
  matrix(rows.flat(), [rows.length, rows[0].length]);

export function toRows(tensor: Tensor): Rows {
  const [rows, columns] = tensor.shape;
  const values = tensor.dataSync();
  return build(rows, columns, (i, j) => values[i * columns + j]);
}

export const build = (rows: number, columns: number, f: (i: number, j: number) => number): Rows =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => f(i, j)));

export const transpose = (A: Rows): Rows => build(A[0].length, A.length, (i, j) => A[j][i]);

/** The plain three loops. */
export const multiply = (A: Rows, B: Rows): Rows =>
  build(A.length, B[0].length, (i, j) => A[i].reduce((sum, a, k) => sum + a * B[k][j], 0));

/** max |actual - expected| / max |expected|: how float32 rounding spreads over a matrix. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const expectedValues = Array.from(expected);
  const difference = largest(Array.from(actual, (value, i) => value - expectedValues[i]));
  return difference === 0 ? 0 : difference / largest(expectedValues);
}

/** The largest |value|, or NaN where there is one: `Math.max` does not pass over it. */
const largest = (values: number[]) => Math.max(...values.map(Math.abs));
