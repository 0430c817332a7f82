import {
  type BatchToSpaceNDAttrs,
  backend_util,
  type DepthToSpaceAttrs,
  type MirrorPadAttrs,
  type SpaceToBatchNDAttrs,
  type StridedSliceAttrs,
  slice_util,
  util,
} from '@tensorflow/tfjs-core';
import { BackendError } from '../core/errors.js';
import { arrangements } from './arrange.js';
import { type Kernels, type NdArray, zeros } from './array.js';
import { gatherings } from './gather.js';
import { materialize, stridesOf } from './strided.js';

/* Slices with steps, padding that mirrors, and blocks of pixels that become samples or channels. */

const { PadV2, Slice, Transpose } = arrangements;

/** Reshaped, transposed, reshaped. */
const rearranged = (x: NdArray, parts: number[], perm: number[], shape: number[]): NdArray => ({
  ...Transpose({ x: { ...x, shape: parts } }, { perm }),
  shape,
});

/** Where each element of a mirrored axis comes from: "reflect" does not repeat the edge. */
function mirrored(size: number, [before, after]: number[], mode: string): NdArray {
  const edge = mode === 'reflect' ? 0 : 1;
  const out = zeros([before + size + after], 'int32');
  for (let i = 0; i < out.values.length; i++) {
    const from = i - before;
    out.values[i] = from < 0 ? -from - edge : from < size ? from : 2 * (size - 1) - from + edge;
  }
  return out;
}

export const blocks = {
  StridedSlice: ({ x }, attrs: StridedSliceAttrs) => {
    const { begin, end, strides, finalShape } = slice_util.sliceInfo(
      x.shape,
      attrs.begin,
      attrs.end,
      attrs.strides,
      attrs.beginMask,
      attrs.endMask,
      attrs.ellipsisMask,
      attrs.newAxisMask,
      attrs.shrinkAxisMask,
    );
    const own = stridesOf(x.shape);
    const first = begin.reduce((offset, at, axis) => offset + at * own[axis], 0);
    const steps = own.map((stride, axis) => stride * strides[axis]);
    const sizes = begin.map((at, axis) => Math.max(0, Math.ceil((end[axis] - at) / strides[axis])));
    return { ...materialize(x, sizes, steps, first), shape: finalShape };
  },
  MirrorPad: ({ x }, { paddings, mode }: MirrorPadAttrs) =>
    paddings.reduce((padded, [before, after], axis) => {
      if (before + after === 0) return padded;
      const indices = mirrored(x.shape[axis], [before, after], mode);
      return gatherings.GatherV2({ x: padded, indices }, { axis, batchDims: 0 });
    }, x),
  DepthToSpace: ({ x }, { blockSize: s, dataFormat }: DepthToSpaceAttrs) => {
    if (dataFormat !== 'NHWC') {
      throw new BackendError(
        `The double-precision backend has depthToSpace for NHWC, not ${dataFormat}. Transpose first.`,
      );
    }
    const [m, H, W, C] = x.shape;
    const depth = C / (s * s);
    const shape = [m, H * s, W * s, depth];
    return rearranged(x, [m, H, W, s, s, depth], [0, 1, 3, 2, 4, 5], shape);
  },
  SpaceToBatchND: ({ x }, { blockShape, paddings }: SpaceToBatchNDAttrs) => {
    const around = [[0, 0], ...paddings] as [number, number][];
    while (around.length < x.shape.length) around.push([0, 0]);
    const padded = PadV2({ x }, { paddings: around, constantValue: 0 });
    const size = util.sizeFromShape(blockShape);
    const parts = backend_util.getReshaped(padded.shape, blockShape, size, false);
    const perm = backend_util.getPermuted(parts.length, blockShape.length, false);
    const shape = backend_util.getReshapedPermuted(padded.shape, blockShape, size, false);
    return rearranged(padded, parts, perm, shape);
  },
  BatchToSpaceND: ({ x }, { blockShape, crops }: BatchToSpaceNDAttrs) => {
    const size = util.sizeFromShape(blockShape);
    const parts = backend_util.getReshaped(x.shape, blockShape, size);
    const perm = backend_util.getPermuted(parts.length, blockShape.length);
    const shape = backend_util.getReshapedPermuted(x.shape, blockShape, size);
    const begin = backend_util.getSliceBeginCoords(crops, blockShape.length);
    const extent = backend_util.getSliceSize(shape, crops, blockShape.length);
    return Slice({ x: rearranged(x, parts, perm, shape) }, { begin, size: extent });
  },
} satisfies Kernels;
