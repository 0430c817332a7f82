import {
  backend_util,
  type ConcatAttrs,
  type ExpandDimsAttrs,
  type PackAttrs,
  type PadV2Attrs,
  type ReshapeAttrs,
  type ReverseAttrs,
  type SliceAttrs,
  type SplitVAttrs,
  slice_util,
  type Tensor,
  type TileAttrs,
  type TransposeAttrs,
  type UnpackAttrs,
  util,
} from '@tensorflow/tfjs-core';
import { type Kernels, type NdArray, zeros } from './array.js';
import { copy, materialize, stridesOf } from './strided.js';

/** Where element `begin` lies. */
const offsetOf = (begin: readonly number[], strides: readonly number[]): number =>
  begin.reduce((offset, index, axis) => offset + index * strides[axis], 0);

/** The shape with some axes at `at` taken out, and others put in. */
const spliced = (shape: number[], at: number, out: number, ...sizes: number[]): number[] => [
  ...shape.slice(0, at),
  ...sizes,
  ...shape.slice(at + out),
];

/** The box of this size that begins there. */
function slice(x: NdArray, begin: readonly number[], size: number[]): NdArray {
  const strides = stridesOf(x.shape);
  return materialize(x, size, strides, offsetOf(begin, strides));
}

/** Pieces of these sizes, one after another along an axis. */
function split(x: NdArray, sizes: readonly number[], axis: number): NdArray[] {
  let start = 0;
  return sizes.map((size) => {
    const begin = x.shape.map((_, d) => (d === axis ? start : 0));
    start += size;
    return slice(x, begin, spliced(x.shape, axis, 1, size));
  });
}

function concat(arrays: readonly NdArray[], axis: number): NdArray {
  const shape = backend_util.computeOutShape(
    arrays.map((x) => x.shape),
    axis,
  );
  const out = zeros(shape, arrays[0].dtype);
  const strides = stridesOf(shape);
  let start = 0;
  for (const x of arrays) {
    const offset = start * strides[axis];
    copy(x.shape, { ...x, strides: stridesOf(x.shape) }, { ...out, strides, offset });
    start += x.shape[axis];
  }
  return out;
}

export const arrangements = {
  Identity: ({ x }) => x,
  Reshape: ({ x }, { shape }: ReshapeAttrs) => ({
    ...x,
    shape: util.inferFromImplicitShape(shape, util.sizeFromShape(x.shape)),
  }),
  ExpandDims: ({ input }, { dim }: ExpandDimsAttrs) => ({
    ...input,
    shape: spliced(input.shape, dim < 0 ? input.shape.length + 1 + dim : dim, 0, 1),
  }),
  Transpose: ({ x }, { perm }: TransposeAttrs) => {
    const strides = stridesOf(x.shape);
    return materialize(
      x,
      perm.map((axis) => x.shape[axis]),
      perm.map((axis) => strides[axis]),
    );
  },
  Reverse: ({ x }, { dims }: ReverseAttrs) => {
    const reversed = util.parseAxisParam(dims, x.shape);
    const strides = stridesOf(x.shape);
    const last = x.shape.map((size, axis) => (reversed.includes(axis) ? size - 1 : 0));
    const turned = strides.map((stride, axis) => (reversed.includes(axis) ? -stride : stride));
    return materialize(x, x.shape, turned, offsetOf(last, strides));
  },
  Slice: ({ x }, { begin, size }: SliceAttrs) => {
    const [first, extent] = slice_util.parseSliceParams(x as unknown as Tensor, begin, size);
    slice_util.assertParamsValid(x as unknown as Tensor, first, extent);
    return slice(x, first, extent);
  },
  SplitV: ({ x }, { numOrSizeSplits, axis }: SplitVAttrs) => {
    const [along] = util.parseAxisParam(axis, x.shape);
    const sizes = backend_util.prepareSplitSize(x as unknown as Tensor, numOrSizeSplits, along);
    return split(x, sizes, along);
  },
  Unpack: ({ value }, { axis }: UnpackAttrs) => {
    const [along] = util.parseAxisParam(axis, value.shape);
    const shape = spliced(value.shape, along, 1);
    const ones = new Array<number>(value.shape[along]).fill(1);
    return split(value, ones, along).map((piece) => ({ ...piece, shape }));
  },
  Concat: (inputs, { axis }: ConcatAttrs) => {
    const arrays = Object.values(inputs);
    return concat(arrays, util.parseAxisParam(axis, arrays[0].shape)[0]);
  },
  Pack: (inputs, { axis }: PackAttrs) => {
    const arrays = Object.values(inputs);
    const along = axis < 0 ? arrays[0].shape.length + 1 + axis : axis;
    return concat(
      arrays.map((x) => ({ ...x, shape: spliced(x.shape, along, 0, 1) })),
      along,
    );
  },
  Tile: ({ x }, { reps }: TileAttrs) => {
    // Each axis becomes two: the repetitions, which do not move, and the axis itself.
    const strides = stridesOf(x.shape).flatMap((stride) => [0, stride]);
    const parts = x.shape.flatMap((size, axis) => [reps[axis], size]);
    const shape = x.shape.map((size, axis) => size * reps[axis]);
    return { ...materialize(x, parts, strides), shape };
  },
  PadV2: ({ x }, { paddings, constantValue }: PadV2Attrs) => {
    const shape = x.shape.map((size, axis) => paddings[axis][0] + size + paddings[axis][1]);
    const out = zeros(shape, x.dtype);
    out.values.fill(constantValue);
    const strides = stridesOf(shape);
    const corner = paddings.map(([before]) => before);
    const offset = offsetOf(corner, strides);
    copy(x.shape, { ...x, strides: stridesOf(x.shape) }, { ...out, strides, offset });
    return out;
  },
} satisfies Kernels;
