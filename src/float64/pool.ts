import {
  type AvgPoolAttrs,
  type AvgPoolGradAttrs,
  backend_util,
  type MaxPoolAttrs,
  type MaxPoolGradAttrs,
} from '@tensorflow/tfjs-core';
import { type Kernels, type NdArray, type Values, zeros } from './array.js';
import { fitting, onEachSide, type Window } from './window.js';

type Size = [number, number, number, number];

const windowOf = (
  { shape }: NdArray,
  { filterSize, strides, pad, dimRoundingMode }: MaxPoolAttrs,
): Window =>
  backend_util.computePool2DInfo(
    shape as Size,
    filterSize,
    strides,
    1,
    onEachSide(pad),
    dimRoundingMode,
  );

/**
 * Walks the windows in order: `visit` gets where the channels of a window's result begin, and where
 * those of the pixels begin that the window covers, in reading order. Padding is not among them.
 */
function eachWindow(
  window: Window,
  visit: (out: number, pixels: Int32Array, count: number) => void,
): void {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, inChannels, padInfo } = window;
  const pixels = new Int32Array(window.filterHeight * window.filterWidth);
  let out = 0;
  for (let n = 0; n < batchSize; n++) {
    for (let i = 0; i < outHeight; i++) {
      const top = i * window.strideHeight - padInfo.top;
      const bottom = Math.min(inHeight, top + window.filterHeight);
      for (let j = 0; j < outWidth; j++, out += inChannels) {
        const left = j * window.strideWidth - padInfo.left;
        const right = Math.min(inWidth, left + window.filterWidth);
        let count = 0;
        for (let h = Math.max(0, top); h < bottom; h++) {
          const row = (n * inHeight + h) * inWidth;
          for (let w = Math.max(0, left); w < right; w++) pixels[count++] = (row + w) * inChannels;
        }
        visit(out, pixels, count);
      }
    }
  }
}

/** Where the maxima that a pooling gave lie in its input. */
const places = new WeakMap<Values, Int32Array>();

/** Where each of these maxima lies in what was pooled, if MaxPool gave them. */
export const placesOf = (maxima: Values): Int32Array | undefined => places.get(maxima);

/** Of equal numbers the first is the maximum, in reading order; not a number is above all. */
function maxPool(x: NdArray, attrs: MaxPoolAttrs): NdArray {
  const window = windowOf(x, attrs);
  const out = zeros(window.outShape, x.dtype);
  const at = new Int32Array(out.values.length);
  const [X, Y] = [x.values, out.values];
  const channels = window.inChannels;
  eachWindow(window, (first, pixels, count) => {
    for (let c = 0; c < channels; c++) {
      let place = count > 0 ? pixels[0] + c : -1;
      let max = count > 0 ? X[place] : Number.NEGATIVE_INFINITY;
      for (let p = 1; p < count; p++) {
        const v = X[pixels[p] + c];
        if (v > max || Number.isNaN(v)) {
          max = v;
          place = pixels[p] + c;
        }
      }
      Y[first + c] = max;
      at[first + c] = place;
    }
  });
  places.set(Y, at);
  return out;
}

/** Which of several equal maxima of a window gets its dy. */
export type PoolTies = 'first' | 'last' | 'all' | 'shared';

let ties: PoolTies = 'first';

/** Runs f, and has dy of a pooling go where it says in a tie. */
export function withPoolTies<T>(to: PoolTies, f: () => T): T {
  const outer = ties;
  ties = to;
  try {
    return f();
  } finally {
    ties = outer;
  }
}

/** The places of the maxima of each window, for each of its channels. */
function eachTie(x: NdArray, attrs: MaxPoolAttrs, visit: (out: number, tied: number[]) => void) {
  const window = windowOf(x, attrs);
  const X = x.values;
  eachWindow(window, (first, pixels, count) => {
    for (let c = 0; c < window.inChannels; c++) {
      const own = Array.from(pixels.subarray(0, count), (pixel) => pixel + c);
      const max = Math.max(...own.map((place) => X[place]));
      visit(
        first + c,
        own.filter((place) => X[place] === max),
      );
    }
  });
}

/** How many windows have their maximum more than once. */
export function countPoolTies(x: NdArray, attrs: MaxPoolAttrs): number {
  let count = 0;
  eachTie(x, attrs, (_, tied) => {
    if (tied.length > 1) count++;
  });
  return count;
}

/** Each dy goes to the one pixel that was the maximum; in a tie where `withPoolTies` says. */
function maxPoolGrad(dy: NdArray, x: NdArray, y: NdArray, attrs: MaxPoolGradAttrs): NdArray {
  if (ties !== 'first') {
    const out = zeros(x.shape, 'float32');
    eachTie(x, attrs, (i, tied) => {
      const to = ties === 'last' ? tied.slice(-1) : tied;
      const part = ties === 'shared' ? 1 / tied.length : 1;
      for (const place of to) out.values[place] += part * dy.values[i];
    });
    return out;
  }
  const at = placesOf(y.values) ?? placesOf(maxPool(x, attrs).values)!;
  fitting(dy, windowOf(x, attrs));
  const out = zeros(x.shape, 'float32');
  for (let i = 0; i < at.length; i++) if (at[i] >= 0) out.values[at[i]] += dy.values[i];
  return out;
}

/** The mean of the pixels that lie inside the picture. */
function averagePool(x: NdArray, attrs: AvgPoolAttrs): NdArray {
  const window = windowOf(x, attrs);
  const out = zeros(window.outShape, 'float32');
  const [X, Y] = [x.values, out.values];
  const channels = window.inChannels;
  eachWindow(window, (first, pixels, count) => {
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let p = 0; p < count; p++) sum += X[pixels[p] + c];
      Y[first + c] = sum / count;
    }
  });
  return out;
}

/** Each dy goes in equal parts to the pixels that it is the mean of. */
function averagePoolGrad(dy: NdArray, x: NdArray, attrs: AvgPoolGradAttrs): NdArray {
  const window = windowOf(x, attrs);
  const out = zeros(x.shape, 'float32');
  const [dX, dY] = [out.values, fitting(dy, window).values];
  const channels = window.inChannels;
  eachWindow(window, (first, pixels, count) => {
    for (let c = 0; c < channels; c++) {
      const part = dY[first + c] / count;
      for (let p = 0; p < count; p++) dX[pixels[p] + c] += part;
    }
  });
  return out;
}

export const poolings = {
  MaxPool: ({ x }, attrs: MaxPoolAttrs) => maxPool(x, attrs),
  MaxPoolGrad: ({ dy, input, output }, attrs: MaxPoolGradAttrs) =>
    maxPoolGrad(dy, input, output, attrs),
  AvgPool: ({ x }, attrs: AvgPoolAttrs) => averagePool(x, attrs),
  AvgPoolGrad: ({ dy, input }, attrs: AvgPoolGradAttrs) => averagePoolGrad(dy, input, attrs),
} satisfies Kernels;
