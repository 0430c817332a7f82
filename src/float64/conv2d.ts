import type {
  Conv2DAttrs,
  Conv2DBackpropFilterAttrs,
  Conv2DBackpropInputAttrs,
  FusedConv2DAttrs,
} from '@tensorflow/tfjs-core';
import { type Kernels, type NdArray, type Values, zeros } from './array.js';
import { activated } from './fused.js';
import { multiply, type Strided, type Tabled, transposed } from './product.js';
import { crop, fitting, type Padded, pad, paddedFor, type Window, windowOf } from './window.js';

/*
 * A convolution is a product: each row of P (m n_H n_W, f_H f_W n_C) is the patch that one window
 * sees, and Y = P W. P is a table of where the numbers lie, and is never built.
 */

/** Where the patches of padded pictures begin, and where their elements lie from there. */
function patches(window: Window, { strides }: Padded): Pick<Tabled, 'rows' | 'columns'> {
  const { batchSize, outHeight, outWidth, strideHeight, strideWidth } = window;
  const { filterHeight, filterWidth, dilationHeight, dilationWidth, inChannels } = window;
  const [sample, row, pixel] = strides;
  return {
    rows: table(
      [batchSize, sample],
      [outHeight, strideHeight * row],
      [outWidth, strideWidth * pixel],
    ),
    columns: table(
      [filterHeight, dilationHeight * row],
      [filterWidth, dilationWidth * pixel],
      [inChannels, 1],
    ),
  };
}

type Axis = readonly [size: number, step: number];

/** i·step + j·step + k·step, for all i, j and k of three axes. */
function table([a, stepA]: Axis, [b, stepB]: Axis, [c, stepC]: Axis): Int32Array {
  const out = new Int32Array(a * b * c);
  let n = 0;
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      for (let k = 0; k < c; k++) out[n++] = i * stepA + j * stepB + k * stepC;
    }
  }
  return out;
}

/** A row-major matrix of so many columns. */
const rowMajor = (values: Values, columns: number, start = 0): Strided => ({
  values,
  start,
  row: columns,
  column: 1,
});

/** Y = P W */
function convolve(x: NdArray, filter: NdArray, attrs: Conv2DAttrs): NdArray {
  const window = windowOf(x.shape, filter.shape, attrs);
  const padded = paddedFor(window);
  const P = { ...pad(x, padded), ...patches(window, padded) };
  const out = zeros(window.outShape, 'float32');
  const filters = window.outChannels;
  const W = rowMajor(filter.values, filters);
  multiply(P, W, out.values, 0, P.rows.length, P.columns.length, filters);
  return out;
}

/** dW = Pᵀ dY */
function toFilter(x: NdArray, dy: NdArray, attrs: Conv2DBackpropFilterAttrs): NdArray {
  const window = windowOf(x.shape, attrs.filterShape, attrs);
  const padded = paddedFor(window);
  const P = { ...pad(x, padded), ...patches(window, padded) };
  const out = zeros(attrs.filterShape, 'float32');
  const filters = window.outChannels;
  const dY = rowMajor(fitting(dy, window).values, filters);
  multiply(transposed(P), dY, out.values, 0, P.columns.length, P.rows.length, filters);
  return out;
}

/** As many numbers of dP at once as keep in the cache. */
const CHUNK = 32768;

/** dP = dY Wᵀ, and each number of dP is added where P has it from. */
function toInput(dy: NdArray, filter: NdArray, attrs: Conv2DBackpropInputAttrs): NdArray {
  const window = windowOf(attrs.inputShape, filter.shape, attrs);
  const padded = paddedFor(window);
  const { rows, columns } = patches(window, padded);
  const { values } = fitting(dy, window);
  const out = zeros(padded.shape, 'float32');
  const size = columns.length;
  const filters = window.outChannels;
  const WT = transposed(rowMajor(filter.values, filters));
  const atOnce = Math.max(1, Math.floor(CHUNK / size));
  const dP = new Float64Array(atOnce * size);
  for (let first = 0; first < rows.length; first += atOnce) {
    const count = Math.min(atOnce, rows.length - first);
    multiply(rowMajor(values, filters, first * filters), WT, dP, 0, count, filters, size);
    for (let i = 0, n = 0; i < count; i++) {
      const row = rows[first + i];
      for (let j = 0; j < size; j++) out.values[row + columns[j]] += dP[n++];
    }
  }
  return crop(out, attrs.inputShape, padded);
}

export const convolutions = {
  Conv2D: ({ x, filter }, attrs: Conv2DAttrs) => convolve(x, filter, attrs),
  FusedConv2D: ({ x, filter, ...rest }, attrs: FusedConv2DAttrs) =>
    activated(convolve(x, filter, attrs), rest, attrs),
  Conv2DBackpropInput: ({ dy, filter }, attrs: Conv2DBackpropInputAttrs) =>
    toInput(dy, filter, attrs),
  Conv2DBackpropFilter: ({ x, dy }, attrs: Conv2DBackpropFilterAttrs) => toFilter(x, dy, attrs),
} satisfies Kernels;
