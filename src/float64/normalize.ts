import type { FusedBatchNormAttrs, LogSoftmaxAttrs, TopKAttrs } from '@tensorflow/tfjs-core';
import { type Kernels, zeros } from './array.js';
import { zip } from './binary.js';
import { largest, sum } from './reduce.js';

export const normalizations = {
  /** scale (x - mean) / √(variance + ε) + offset */
  FusedBatchNorm: (
    { x, mean, variance, scale, offset },
    { varianceEpsilon }: FusedBatchNormAttrs,
  ) => {
    const centred = zip(x, mean, 'float32', (v, mu) => v - mu);
    const normed = zip(centred, variance, 'float32', (v, s) => v / Math.sqrt(s + varianceEpsilon));
    const scaled = scale ? zip(normed, scale, 'float32', (v, gamma) => v * gamma) : normed;
    return offset ? zip(scaled, offset, 'float32', (v, beta) => v + beta) : scaled;
  },
  /** z - max z - log Σ e^(z - max z), along the last axis: tfjs asks for no other. */
  LogSoftmax: ({ logits }, { axis }: LogSoftmaxAttrs) => {
    const out = zeros(logits.shape, 'float32');
    const length = logits.shape.at(axis)!;
    for (let start = 0; start < out.values.length; start += length) {
      const end = start + length;
      const max = largest(logits.values, start, end);
      const shifted = logits.values.subarray(start, end).map((z) => z - max);
      const log = Math.log(sum(shifted.map(Math.exp), 0, length));
      for (let i = 0; i < length; i++) out.values[start + i] = shifted[i] - log;
    }
    return out;
  },
  /** The k largest of each row, the largest first, and where they lie; of equal ones the first. */
  TopK: ({ x }, { k }: TopKAttrs) => {
    const length = x.shape.at(-1)!;
    const shape = [...x.shape.slice(0, -1), k];
    const [largest, places] = [zeros(shape, x.dtype), zeros(shape, 'int32')];
    for (let start = 0, o = 0; start < x.values.length; start += length) {
      const row = x.values.subarray(start, start + length);
      const order = Int32Array.from(row.keys()).sort((i, j) => row[j] - row[i] || i - j);
      for (let n = 0; n < k; n++, o++) {
        places.values[o] = order[n];
        largest.values[o] = row[order[n]];
      }
    }
    return [largest, places];
  },
} satisfies Kernels;
