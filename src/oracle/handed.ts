import type { Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { TensorFlow } from './subject.js';

/*
 * The gradients of a convolution, which TensorFlow.js has and does not export: who writes a backward
 * pass of tf.conv2d by hand would have to write the convolution again without them.
 */

type Strides = number | [number, number];
type Pad = 'valid' | 'same' | number;

/** dW of tf.conv2d(x, W, strides, pad), of a W of that shape. */
function conv2dBackpropFilter(
  x: Tensor4D,
  dy: Tensor4D,
  filterShape: [number, number, number, number],
  strides: Strides,
  pad: Pad,
  dataFormat: 'NHWC' | 'NCHW' = 'NHWC',
): Tensor4D {
  const attrs = { strides, pad, dataFormat, filterShape, dimRoundingMode: undefined };
  return tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, attrs as never) as Tensor4D;
}

/** dX of tf.conv2d(x, W, strides, pad), of an x of that shape. */
function conv2dBackpropInput(
  inputShape: [number, number, number, number],
  dy: Tensor4D,
  filter: Tensor4D,
  strides: Strides,
  pad: Pad,
  dataFormat: 'NHWC' | 'NCHW' = 'NHWC',
): Tensor4D {
  const attrs = { strides, pad, dataFormat, inputShape, dimRoundingMode: undefined };
  return tf.engine().runKernel('Conv2DBackpropInput', { dy, filter }, attrs as never) as Tensor4D;
}

/** TensorFlow.js as the functions under check get it. */
export const handedTf: TensorFlow = {
  ...tf,
  conv2dBackpropFilter,
  conv2dBackpropInput,
} as TensorFlow;
