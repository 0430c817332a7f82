import { backend_util } from '@tensorflow/tfjs-core';
import { BackendError, ShapeError } from '../core/errors.js';
import { type NdArray, zeros } from './array.js';
import { copy, materialize, stridesOf } from './strided.js';

/** A window that slides over pictures (m, n_H, n_W, n_C): tfjs works the sizes out. */
export type Window = backend_util.Conv2DInfo;

type Size = [number, number, number, number];
type Pair = [number, number] | number;
type Rounding = 'floor' | 'round' | 'ceil';

/** What the attributes of all these kernels say of their window. */
export interface WindowAttrs {
  readonly strides: Pair;
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dimRoundingMode?: Rounding;
  readonly dilations?: Pair;
  readonly dataFormat?: 'NHWC' | 'NCHW';
}

/** The window of a filter of shape (f_H, f_W, n_C, filters). @throws BackendError for NCHW. */
export function windowOf(
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dimRoundingMode, dilations = 1, dataFormat = 'NHWC' }: WindowAttrs,
  depthwise = false,
): Window {
  if (dataFormat !== 'NHWC') {
    throw new BackendError(
      `The double-precision backend convolves pictures with the channels last (NHWC), not ${dataFormat}. ` +
        'Transpose them to (m, n_H, n_W, n_C).',
    );
  }
  return backend_util.computeConv2DInfo(
    inputShape as Size,
    filterShape as Size,
    strides,
    dilations,
    onEachSide(pad),
    dimRoundingMode,
    depthwise,
  );
}

/**
 * dy, if there is one for each place of the window. tfjs's gradients forget the rounding mode.
 * @throws ShapeError
 */
export function fitting(dy: NdArray, { outShape }: Window): NdArray {
  if (outShape.every((size, axis) => size === dy.shape[axis])) return dy;
  throw new ShapeError(
    `The gradient that comes in is (${dy.shape.join(', ')}), but the window gives (${outShape.join(', ')}). ` +
      'Leave dimRoundingMode out, and pad instead.',
  );
}

/** A number is as much on each side: tfjs, given one, takes the window for a square. */
export const onEachSide = (pad: WindowAttrs['pad']): Exclude<WindowAttrs['pad'], number> =>
  typeof pad === 'number'
    ? [
        [0, 0],
        [pad, pad],
        [pad, pad],
        [0, 0],
      ]
    : pad;

/** The pictures with so many zeros around them that every window lies inside. */
export interface Padded {
  readonly shape: number[];
  /** Where the picture's first pixel lies in it. */
  readonly offset: number;
  readonly strides: number[];
}

export function paddedFor(window: Window): Padded {
  const { padInfo, batchSize, inHeight, inWidth, inChannels, outHeight, outWidth } = window;
  const { effectiveFilterHeight, effectiveFilterWidth, strideHeight, strideWidth } = window;
  const height = (outHeight - 1) * strideHeight + effectiveFilterHeight;
  const width = (outWidth - 1) * strideWidth + effectiveFilterWidth;
  const shape = [
    batchSize,
    Math.max(padInfo.top + inHeight, height),
    Math.max(padInfo.left + inWidth, width),
    inChannels,
  ];
  const strides = stridesOf(shape);
  return { shape, strides, offset: padInfo.top * strides[1] + padInfo.left * strides[2] };
}

/** The values of x, padded; its own where there is nothing to pad. */
export function pad(x: NdArray, { shape, strides, offset }: Padded): NdArray {
  if (shape.every((size, axis) => size === x.shape[axis])) return x;
  const out = zeros(shape, x.dtype);
  copy(x.shape, { ...x, strides: stridesOf(x.shape) }, { ...out, strides, offset });
  return out;
}

/** What is left of padded pictures without the padding. */
export const crop = (x: NdArray, shape: number[], { strides, offset }: Padded): NdArray =>
  shape.every((size, axis) => size === x.shape[axis]) ? x : materialize(x, shape, strides, offset);
