import { backend_util, type EinsumAttrs, type Tensor, util } from '@tensorflow/tfjs-core';
import type { Kernels, NdArray } from './array.js';
import { zip } from './binary.js';
import { products } from './matMul.js';
import { reductions } from './reduce.js';
import { materialize, stridesOf } from './strided.js';

/** The array with its axes at the places of these labels, and axes of one for labels it lacks. */
function align(x: NdArray, own: readonly number[], labels: readonly number[]): NdArray {
  const strides = stridesOf(x.shape);
  const axes = labels.map((label) => own.indexOf(label));
  return materialize(
    x,
    axes.map((axis) => (axis < 0 ? 1 : x.shape[axis])),
    axes.map((axis) => (axis < 0 ? 0 : strides[axis])),
  );
}

/** Broadcast over all labels, multiply, and sum over those that the result does not name. */
function bySums(arrays: NdArray[], ids: number[][], labels: number[], summed: number[]): NdArray {
  const product = arrays
    .map((x, i) => align(x, ids[i], labels))
    .reduce((a, b) => zip(a, b, backend_util.upcastType(a.dtype, b.dtype), (v, w) => v * w));
  return reductions.Sum({ x: product }, { axis: summed, keepDims: false }) as NdArray;
}

/**
 * Two arrays, of which both have every label that is summed over: a product of matrices, one for each
 * value of the labels that both have and that stay.
 */
function byProduct(
  [a, b]: NdArray[],
  [ofA, ofB]: number[][],
  labels: number[],
  summed: number[],
): NdArray {
  const kept = labels.filter((label) => !summed.includes(label));
  const batch = kept.filter((label) => ofA.includes(label) && ofB.includes(label));
  const rows = kept.filter((label) => !ofB.includes(label));
  const columns = kept.filter((label) => !ofA.includes(label));
  const A = align(a, ofA, [...batch, ...rows, ...summed]);
  const B = align(b, ofB, [...batch, ...summed, ...columns]);
  const sizes = [batch.length, batch.length + rows.length];
  const batchShape = A.shape.slice(0, sizes[0]);
  const rowShape = A.shape.slice(...sizes);
  const columnShape = B.shape.slice(batch.length + summed.length);
  const [m, n, k] = [batchShape, rowShape, A.shape.slice(sizes[1])].map(util.sizeFromShape);
  const p = util.sizeFromShape(columnShape);
  const C = products.BatchMatMul(
    { a: { ...A, shape: [m, n, k] }, b: { ...B, shape: [m, k, p] } },
    { transposeA: false, transposeB: false },
  );
  const shape = [...batchShape, ...rowShape, ...columnShape];
  return align({ ...C, shape }, [...batch, ...rows, ...columns], kept);
}

export const einsum = {
  Einsum: (inputs, { equation }: EinsumAttrs) => {
    const arrays = Object.values(inputs);
    const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(
      equation,
      arrays.length,
    );
    backend_util.checkEinsumDimSizes(allDims.length, idDims, arrays as unknown as Tensor[]);
    const labels = allDims.map((_, label) => label);
    const isProduct =
      arrays.length === 2 &&
      summedDims.every((label) => idDims.every((own) => own.includes(label)));
    return (isProduct ? byProduct : bySums)(arrays, idDims, labels, summedDims);
  },
} satisfies Kernels;
