import type {
  DepthwiseConv2dNativeAttrs,
  DepthwiseConv2dNativeBackpropFilterAttrs,
  DepthwiseConv2dNativeBackpropInputAttrs,
  FusedDepthwiseConv2DAttrs,
} from '@tensorflow/tfjs-core';
import { type Kernels, type NdArray, type Values, zeros } from './array.js';
import { activated } from './fused.js';
import { crop, fitting, type Padded, pad, paddedFor, type Window, windowOf } from './window.js';

/*
 * Each channel has q filters of its own: y[i, j, c q + r] = Σ x[i s + u, j s + v, c] w[u, v, c, r].
 * One number of the filter at a time, and one line of outputs: y += w x, dx += w dy, dw += x · dy.
 */

/** Lines of x, padded, and of y begin at x and y, and w is the place of the number of the filter. */
type Visit = (x: number, w: number, y: number) => void;

interface Lines {
  readonly padded: Padded;
  readonly window: Window;
  /** How many elements a line has, and how far apart they lie. */
  readonly length: number;
  readonly stepX: number;
  readonly stepY: number;
  each(visit: Visit): void;
}

function linesOf(input: readonly number[], filter: readonly number[], attrs: Attrs): Lines {
  const window = windowOf(input, filter, { ...attrs, dilations: attrs.dilations ?? 1 }, true);
  const padded = paddedFor(window);
  const [sample, row, pixel] = padded.strides;
  const { batchSize, outHeight, outWidth, outChannels, filterHeight, filterWidth } = window;
  const q = outChannels / window.inChannels;
  const each = (visit: Visit) => {
    for (let n = 0; n < batchSize; n++) {
      for (let i = 0; i < outHeight; i++) {
        const y = (n * outHeight + i) * outWidth * outChannels;
        const first = n * sample + i * window.strideHeight * row;
        for (let tap = 0; tap < filterHeight * filterWidth; tap++) {
          const u = Math.floor(tap / filterWidth) * window.dilationHeight;
          const v = (tap % filterWidth) * window.dilationWidth;
          const x = first + u * row + v * pixel;
          const w = tap * outChannels;
          for (let k = 0; k < outChannels; k++) visit(x + Math.floor(k / q), w + k, y + k);
        }
      }
    }
  };
  const steps = { stepX: window.strideWidth * pixel, stepY: outChannels };
  return { padded, window, length: outWidth, ...steps, each };
}

type Attrs = Omit<DepthwiseConv2dNativeBackpropInputAttrs, 'inputShape'>;

/** to += factor from, along two lines. */
function addMultiple(
  to: Values,
  i: number,
  step: number,
  factor: number,
  from: Values,
  j: number,
  stepFrom: number,
  length: number,
): void {
  for (let n = 0; n < length; n++, i += step, j += stepFrom) to[i] += factor * from[j];
}

/** The inner product of two lines. */
function dot(
  a: Values,
  i: number,
  stepA: number,
  b: Values,
  j: number,
  stepB: number,
  length: number,
): number {
  let sum = 0;
  for (let n = 0; n < length; n++, i += stepA, j += stepB) sum += a[i] * b[j];
  return sum;
}

function convolve(x: NdArray, filter: NdArray, attrs: DepthwiseConv2dNativeAttrs): NdArray {
  const { padded, window, length, stepX, stepY, each } = linesOf(x.shape, filter.shape, attrs);
  const out = zeros(window.outShape, 'float32');
  const [X, W, Y] = [pad(x, padded).values, filter.values, out.values];
  each((x, w, y) => addMultiple(Y, y, stepY, W[w], X, x, stepX, length));
  return out;
}

function toInput(
  dy: NdArray,
  filter: NdArray,
  { inputShape, ...attrs }: DepthwiseConv2dNativeBackpropInputAttrs,
): NdArray {
  const { padded, window, length, stepX, stepY, each } = linesOf(inputShape, filter.shape, attrs);
  const out = zeros(padded.shape, 'float32');
  const [dX, W, dY] = [out.values, filter.values, fitting(dy, window).values];
  each((x, w, y) => addMultiple(dX, x, stepX, W[w], dY, y, stepY, length));
  return crop(out, inputShape, padded);
}

function toFilter(
  x: NdArray,
  dy: NdArray,
  { filterShape, ...attrs }: DepthwiseConv2dNativeBackpropFilterAttrs,
): NdArray {
  const { padded, window, length, stepX, stepY, each } = linesOf(x.shape, filterShape, attrs);
  const out = zeros(filterShape, 'float32');
  const [X, dW, dY] = [pad(x, padded).values, out.values, fitting(dy, window).values];
  each((x, w, y) => {
    dW[w] += dot(X, x, stepX, dY, y, stepY, length);
  });
  return out;
}

export const depthwise = {
  DepthwiseConv2dNative: ({ x, filter }, attrs: DepthwiseConv2dNativeAttrs) =>
    convolve(x, filter, attrs),
  FusedDepthwiseConv2D: ({ x, filter, ...rest }, attrs: FusedDepthwiseConv2DAttrs) =>
    activated(convolve(x, filter, attrs), rest, attrs),
  DepthwiseConv2dNativeBackpropInput: (
    { dy, filter },
    attrs: DepthwiseConv2dNativeBackpropInputAttrs,
  ) => toInput(dy, filter, attrs),
  DepthwiseConv2dNativeBackpropFilter: (
    { x, dy },
    attrs: DepthwiseConv2dNativeBackpropFilterAttrs,
  ) => toFilter(x, dy, attrs),
} satisfies Kernels;
