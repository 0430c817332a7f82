/*
 * Every layer under its kind: the function that makes it from its options, for a saved model too.
 */

export type { Backward, Layer } from './layer.js';
export { averagePool2d } from './layers/averagePool2d.js';
export { batchNorm } from './layers/batchNorm.js';
export { conv2d } from './layers/conv2d.js';
export { dense } from './layers/dense.js';
export { depthwiseConv2d } from './layers/depthwiseConv2d.js';
export { dropout } from './layers/dropout.js';
export { embedding } from './layers/embedding.js';
export { flatten, reshape } from './layers/flatten.js';
export { gaussianNoise } from './layers/gaussianNoise.js';
export { globalAveragePool2d } from './layers/globalAveragePool2d.js';
export { groupNorm } from './layers/groupNorm.js';
export { gru } from './layers/gru.js';
export { layerNorm } from './layers/layerNorm.js';
export { lstm } from './layers/lstm.js';
export { maxPool2d } from './layers/maxPool2d.js';
export { normalization } from './layers/normalization.js';
export { positionalEmbedding } from './layers/positionalEmbedding.js';
export { rescaling } from './layers/rescaling.js';
export { residual } from './layers/residual.js';
export { rmsNorm } from './layers/rmsNorm.js';
export { selfAttention } from './layers/selfAttention.js';
export { sequential } from './layers/sequential.js';
export { simpleRnn } from './layers/simpleRnn.js';
export { transformerBlock } from './layers/transformerBlock.js';
export { upSampling2d } from './layers/upSampling2d.js';
export { zeroPadding2d } from './layers/zeroPadding2d.js';
