import { type CumsumAttrs, util } from '@tensorflow/tfjs-core';
import { type Kernel, type Kernels, zeros } from './array.js';
import { rows } from './reduce.js';
import { copy, stridesOf } from './strided.js';

/** Running totals along an axis. */
const cumulative =
  (initial: number, f: (total: number, v: number) => number): Kernel =>
  ({ x }, { axis, exclusive, reverse }: CumsumAttrs) => {
    const [last] = util.parseAxisParam(axis, x.shape);
    const moved = rows(x, [last]);
    const length = x.shape[last];
    const totals = zeros(moved.shape, x.dtype);
    for (let start = 0; start < totals.values.length; start += length) {
      let running = initial;
      for (let n = 0; n < length; n++) {
        const i = start + (reverse ? length - 1 - n : n);
        const next = f(running, moved.values[i]);
        totals.values[i] = exclusive ? running : next;
        running = next;
      }
    }
    const strides = stridesOf(x.shape);
    const [stride] = strides.splice(last, 1);
    const out = zeros(x.shape, x.dtype);
    copy(
      moved.shape,
      { ...totals, strides: stridesOf(moved.shape) },
      { ...out, strides: [...strides, stride] },
    );
    return out;
  };

export const cumulatives = {
  Cumsum: cumulative(0, (running, v) => running + v),
  Cumprod: cumulative(1, (running, v) => running * v),
} satisfies Kernels;
