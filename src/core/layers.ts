/*
 * Every layer under its kind: the function that makes it from its options, for a saved model too.
 */

export type { Backward, Layer } from './layer.js';
export { dense } from './layers/dense.js';
export { flatten, reshape } from './layers/flatten.js';
export { residual } from './layers/residual.js';
export { sequential } from './layers/sequential.js';
export { type Conv2dOptions, conv2d } from './layers/conv2d.js';
export { type DenseLayer, type DenseOptions, dense } from './layers/dense.js';
export { type DepthwiseConv2dOptions, depthwiseConv2d } from './layers/depthwiseConv2d.js';
