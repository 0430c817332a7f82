import {
  backend_util,
  type GatherV2Attrs,
  type ScatterNdAttrs,
  type Tensor,
  type UnsortedSegmentSumAttrs,
  util,
} from '@tensorflow/tfjs-core';
import { ValueError } from '../core/errors.js';
import { type Kernels, type NdArray, type Values, zeros } from './array.js';
import { stridesOf } from './strided.js';

/** The index itself, if an axis of this size has it. */
function checked(op: string, index: number, size: number): number {
  if (index >= 0 && index < size) {
    return index;
  }
  throw new ValueError(
    `${op}: index ${index} is out of range, the axis has ${size} elements. Indices count from 0.`,
  );
}

/** Where the slice named by row `row` of the indices starts, in an array of this shape. */
function sliceStart(op: string, indices: NdArray, row: number, shape: readonly number[]): number {
  const depth = indices.shape.at(-1) ?? 1;
  const strides = stridesOf(shape);
  let start = 0;
  for (let d = 0; d < depth; d++) {
    start += checked(op, indices.values[row * depth + d], shape[d]) * strides[d];
  }
  return start;
}

/** to[at …] += from[start …], `size` elements. */
function addSlice(to: Values, at: number, from: Values, start: number, size: number): void {
  for (let i = 0; i < size; i++) {
    to[at + i] += from[start + i];
  }
}

export const gatherings = {
  GatherV2: ({ x, indices }, { axis, batchDims }: GatherV2Attrs) => {
    const [along] = util.parseAxisParam(axis, x.shape);
    const { batchSize, outerSize, dimSize, sliceSize, outputShape } =
      backend_util.segment_util.collectGatherOpShapeInfo(
        x as unknown as Tensor,
        indices as unknown as Tensor,
        along,
        batchDims,
      );
    const perBatch = indices.values.length / batchSize;
    const out = zeros(outputShape, x.dtype);
    let o = 0;
    for (let block = 0; block < batchSize * outerSize; block++) {
      const first = Math.floor(block / outerSize) * perBatch;
      for (let i = first; i < first + perBatch; i++) {
        const index = checked('gather', indices.values[i], dimSize);
        const from = (block * dimSize + index) * sliceSize;
        for (let s = 0; s < sliceSize; s++) {
          out.values[o++] = x.values[from + s];
        }
      }
    }
    return out;
  },
  GatherNd: ({ params, indices }) => {
    const depth = indices.shape.at(-1) ?? 1;
    const sliceShape = params.shape.slice(depth);
    const size = util.sizeFromShape(sliceShape);
    const out = zeros([...indices.shape.slice(0, -1), ...sliceShape], params.dtype);
    for (let row = 0; row * size < out.values.length; row++) {
      const from = sliceStart('gatherND', indices, row, params.shape);
      addSlice(out.values, row * size, params.values, from, size);
    }
    return out;
  },
  ScatterNd: ({ indices, updates }, { shape }: ScatterNdAttrs) => {
    const size = util.sizeFromShape(shape.slice(indices.shape.at(-1) ?? 1));
    const out = zeros(shape, updates.dtype);
    for (let row = 0; row * size < updates.values.length; row++) {
      const at = sliceStart('scatterND', indices, row, shape);
      addSlice(out.values, at, updates.values, row * size, size);
    }
    return out;
  },
  /** The rows of x of each segment, summed. A negative segment drops its row. */
  UnsortedSegmentSum: ({ x, segmentIds }, { numSegments }: UnsortedSegmentSumAttrs) => {
    const rowShape = x.shape.slice(segmentIds.shape.length);
    const size = util.sizeFromShape(rowShape);
    const out = zeros([numSegments, ...rowShape], x.dtype);
    segmentIds.values.forEach((segment, row) => {
      if (segment >= 0) {
        const at = checked('unsortedSegmentSum', segment, numSegments) * size;
        addSlice(out.values, at, x.values, row * size, size);
      }
    });
    return out;
  },
} satisfies Kernels;
