import {
  type ArgMaxAttrs,
  backend_util,
  type DataType,
  type MaxAttrs,
  type MinAttrs,
  type SumAttrs,
  util,
} from '@tensorflow/tfjs-core';
import { type Kernel, type Kernels, type NdArray, type Values, zeros } from './array.js';
import { materialize, stridesOf } from './strided.js';

/** One number of a row, which is values[start … end - 1]. */
type RowFunction = (values: Values, start: number, end: number) => number;

const fold =
  (initial: number, f: (total: number, v: number) => number): RowFunction =>
  (values, start, end) => {
    let total = initial;
    for (let i = start; i < end; i++) {
      total = f(total, values[i]);
    }
    return total;
  };

/**
 * A sum that carries along what each addition rounds off, and adds it in the end: A. Neumaier, ZAMM 54
 * (1974), with D. Knuth's way to the rounding error, which asks for no comparison.
 */
export const sum: RowFunction = (values, start, end) => {
  let total = 0;
  let lost = 0;
  for (let i = start; i < end; i++) {
    const v = values[i];
    const next = total + v;
    const added = next - total;
    lost += total - (next - added) + (v - added);
    total = next;
  }
  // Of an infinite sum the lost part is not a number.
  return Number.isFinite(total) ? total + lost : total;
};
const mean: RowFunction = (values, start, end) => sum(values, start, end) / (end - start);
const product = fold(1, (total, v) => total * v);
/** Written out, as sum is: a call for each element takes ten times as long. */
export const largest: RowFunction = (values, start, end) => {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = start; i < end; i++) {
    // A NaN is not below, and nothing is above it.
    if (!(values[i] <= max)) max = values[i];
    if (Number.isNaN(max)) break;
  }
  return max;
};
const smallest = fold(Number.POSITIVE_INFINITY, Math.min);
const every = fold(1, (total, v) => Number(total !== 0 && v !== 0));
const some = fold(0, (total, v) => Number(total !== 0 || v !== 0));

/** The place of the first element that no other one beats. */
const place =
  (beats: (v: number, best: number) => boolean): RowFunction =>
  (values, start, end) => {
    let best = start;
    for (let i = start + 1; i < end; i++) {
      if (beats(values[i], values[best])) {
        best = i;
      }
    }
    return best - start;
  };

/** The array with these axes moved last, so that what they hold lies in rows. */
export function rows(x: NdArray, axes: number[]): NdArray {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  if (order.every((axis, i) => axis === i)) {
    return x;
  }
  const strides = stridesOf(x.shape);
  return materialize(
    x,
    order.map((axis) => x.shape[axis]),
    order.map((axis) => strides[axis]),
  );
}

function reduce(
  x: NdArray,
  axis: number | number[],
  keepDims: boolean,
  dtype: DataType,
  f: RowFunction,
): NdArray {
  const axes = util.parseAxisParam(axis, x.shape);
  const [keptShape, rowShape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  const length = util.sizeFromShape(rowShape);
  const { values } = rows(x, axes);
  const out = zeros(
    keepDims ? backend_util.expandShapeToKeepDim(keptShape, axes) : keptShape,
    dtype,
  );
  for (let i = 0; i < out.values.length; i++) {
    out.values[i] = f(values, i * length, (i + 1) * length);
  }
  return out;
}

const total =
  (f: RowFunction): Kernel =>
  ({ x }, { axis, keepDims }: SumAttrs) =>
    reduce(x, axis, keepDims, backend_util.upcastType(x.dtype, 'int32'), f);

const logical =
  (f: RowFunction): Kernel =>
  ({ x }, { axis, keepDims }: SumAttrs) =>
    reduce(x, axis, keepDims, 'bool', f);

const argument =
  (f: RowFunction): Kernel =>
  ({ x }, { axis }: ArgMaxAttrs) =>
    reduce(x, axis, false, 'int32', f);

export const reductions = {
  Sum: total(sum),
  Prod: total(product),
  Mean: ({ x }, { axis, keepDims }: SumAttrs) => reduce(x, axis, keepDims, 'float32', mean),
  // Only tf.max calls its axes so.
  Max: ({ x }, { reductionIndices, keepDims }: MaxAttrs) =>
    reduce(x, reductionIndices, keepDims, x.dtype, largest),
  Min: ({ x }, { axis, keepDims }: MinAttrs) => reduce(x, axis, keepDims, x.dtype, smallest),
  All: logical(every),
  Any: logical(some),
  ArgMax: argument(place((v, best) => v > best)),
  ArgMin: argument(place((v, best) => v < best)),
} satisfies Kernels;
