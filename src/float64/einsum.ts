import { backend_util, type EinsumAttrs, type Tensor } from '@tensorflow/tfjs-core';
import type { Kernels, NdArray } from './array.js';
import { zip } from './binary.js';
import { reductions } from './reduce.js';
import { materialize, stridesOf } from './strided.js';

/** The array with each axis at the place of its label, and axes of one for the other labels. */
function align(x: NdArray, labels: readonly number[], count: number): NdArray {
  const strides = stridesOf(x.shape);
  const axes = Array.from({ length: count }, (_, label) => labels.indexOf(label));
  return materialize(
    x,
    axes.map((axis) => (axis < 0 ? 1 : x.shape[axis])),
    axes.map((axis) => (axis < 0 ? 0 : strides[axis])),
  );
}

export const einsum = {
  /** Broadcast over all labels, multiply, and sum over those that the result does not name. */
  Einsum: (inputs, { equation }: EinsumAttrs) => {
    const arrays = Object.values(inputs);
    const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(
      equation,
      arrays.length,
    );
    backend_util.checkEinsumDimSizes(allDims.length, idDims, arrays as unknown as Tensor[]);
    const product = arrays
      .map((x, i) => align(x, idDims[i], allDims.length))
      .reduce((a, b) => zip(a, b, backend_util.upcastType(a.dtype, b.dtype), (v, w) => v * w));
    return reductions.Sum({ x: product }, { axis: summedDims, keepDims: false });
  },
} satisfies Kernels;
