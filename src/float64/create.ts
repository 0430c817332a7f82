import type { FillAttrs, LinSpaceAttrs, OneHotAttrs, RangeAttrs } from '@tensorflow/tfjs-core';
import { type Kernels, zeros } from './array.js';

export const creations = {
  Fill: (_inputs, { shape, value, dtype }: FillAttrs) => {
    const out = zeros(shape, dtype);
    out.values.fill(value as number);
    return out;
  },
  ZerosLike: ({ x }) => zeros(x.shape, x.dtype),
  OnesLike: ({ x }) => {
    const out = zeros(x.shape, x.dtype);
    out.values.fill(1);
    return out;
  },
  /** start, start + step, … before stop; nothing when step leads away from it. */
  Range: (_inputs, { start, stop, step, dtype }: RangeAttrs) => {
    const { values, ...rest } = zeros([Math.max(0, Math.ceil((stop - start) / step))], dtype);
    return { ...rest, values: values.map((_, i) => start + i * step) as typeof values };
  },
  LinSpace: (_inputs, { start, stop, num }: LinSpaceAttrs) => {
    const out = zeros([num], 'float32');
    for (let i = 0; i < num; i++) {
      out.values[i] = i === 0 ? start : start + ((stop - start) * i) / (num - 1);
    }
    return out;
  },
  /** x along the diagonal, zeros elsewhere: of shape (n) a matrix (n, n), of (a, b) one of (a, b, a, b). */
  Diag: ({ x }) => {
    const n = x.values.length;
    const out = zeros([...x.shape, ...x.shape], x.dtype);
    x.values.forEach((value, i) => {
      out.values[i * (n + 1)] = value;
    });
    return out;
  },
  /** A row for each index, `onValue` at its place; none for an index out of range. */
  OneHot: ({ indices }, { depth, onValue, offValue, dtype }: OneHotAttrs) => {
    const out = zeros([...indices.shape, depth], dtype);
    out.values.fill(offValue);
    indices.values.forEach((index, row) => {
      if (index >= 0 && index < depth) {
        out.values[row * depth + index] = onValue;
      }
    });
    return out;
  },
} satisfies Kernels;
