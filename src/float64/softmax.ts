import type { SoftmaxAttrs } from '@tensorflow/tfjs-core';
import { type Kernels, zeros } from './array.js';
import { largest, sum } from './reduce.js';

export const softmaxes = {
  /** e^(z - max z) / Σ e^(z - max z), along the last axis: tfjs asks for no other. */
  Softmax: ({ logits }, { dim }: SoftmaxAttrs) => {
    const out = zeros(logits.shape, 'float32');
    const { values } = out;
    const length = logits.shape[dim];
    for (let start = 0; start < values.length; start += length) {
      const end = start + length;
      const max = largest(logits.values, start, end);
      for (let i = start; i < end; i++) {
        values[i] = Math.exp(logits.values[i] - max);
      }
      const scale = sum(values, start, end);
      for (let i = start; i < end; i++) {
        values[i] /= scale;
      }
    }
    return out;
  },
} satisfies Kernels;
