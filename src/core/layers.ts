/*
 * Every layer under its kind: the function that makes it from its options, for a saved model too.
 */

export type { Backward, Layer } from './layer.js';
export { type BatchNormOptions, batchNorm } from './layers/batchNorm.js';
export { type Conv2dOptions, conv2d } from './layers/conv2d.js';
export { type DenseLayer, type DenseOptions, dense } from './layers/dense.js';
export { type DepthwiseConv2dOptions, depthwiseConv2d } from './layers/depthwiseConv2d.js';
export { type DropoutOptions, dropout } from './layers/dropout.js';
export { type EmbeddingLayer, type EmbeddingOptions, embedding } from './layers/embedding.js';
export { flatten, reshape } from './layers/flatten.js';
export { type GaussianNoiseOptions, gaussianNoise } from './layers/gaussianNoise.js';
export { type GroupNormOptions, groupNorm } from './layers/groupNorm.js';
export { type GruOptions, gru } from './layers/gru.js';
export { type LayerNormOptions, layerNorm } from './layers/layerNorm.js';
export { lstm } from './layers/lstm.js';
export {
  type PositionalEmbeddingOptions,
  positionalEmbedding,
} from './layers/positionalEmbedding.js';
export type { RecurrentOptions } from './layers/recurrent.js';
export { residual } from './layers/residual.js';
export { type RmsNormOptions, rmsNorm } from './layers/rmsNorm.js';
export { type SelfAttentionOptions, selfAttention } from './layers/selfAttention.js';
export { sequential } from './layers/sequential.js';
export { simpleRnn } from './layers/simpleRnn.js';
export { type TransformerBlockOptions, transformerBlock } from './layers/transformerBlock.js';
