/*
 * Every layer, under its kind: what makes it from its options, for a saved model too.
 */

export type { Backward, Layer } from './layer.js';
export { averagePool2d } from './layers/averagePool2d.js';
export { type Conv2dOptions, conv2d } from './layers/conv2d.js';
export { type DenseLayer, type DenseOptions, dense } from './layers/dense.js';
export { type DepthwiseConv2dOptions, depthwiseConv2d } from './layers/depthwiseConv2d.js';
export { globalAveragePool2d } from './layers/globalAveragePool2d.js';
export { maxPool2d, type PoolOptions } from './layers/maxPool2d.js';
export { type UpSampling2dOptions, upSampling2d } from './layers/upSampling2d.js';
