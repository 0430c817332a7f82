/*
 * Every layer, under its kind: what makes it from its options, for a saved model too.
 */

export type { Backward, Layer } from './layer.js';
export { type BatchNormOptions, batchNorm } from './layers/batchNorm.js';
export { type DenseLayer, type DenseOptions, dense } from './layers/dense.js';
export { type DropoutOptions, dropout } from './layers/dropout.js';
export { type EmbeddingLayer, type EmbeddingOptions, embedding } from './layers/embedding.js';
export { type GaussianNoiseOptions, gaussianNoise } from './layers/gaussianNoise.js';
export { type GroupNormOptions, groupNorm } from './layers/groupNorm.js';
export { type LayerNormOptions, layerNorm } from './layers/layerNorm.js';
export {
  type PositionalEmbeddingOptions,
  positionalEmbedding,
} from './layers/positionalEmbedding.js';
export { type RmsNormOptions, rmsNorm } from './layers/rmsNorm.js';
