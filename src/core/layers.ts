/*
 * Every layer, under its kind: what makes it from its options, for a saved model too.
 */

export type { Backward, Layer } from './layer.js';
export { type DenseLayer, type DenseOptions, dense } from './layers/dense.js';
export { type GruOptions, gru } from './layers/gru.js';
export { lstm } from './layers/lstm.js';
export type { RecurrentOptions } from './layers/recurrent.js';
export { type SelfAttentionOptions, selfAttention } from './layers/selfAttention.js';
export { simpleRnn } from './layers/simpleRnn.js';
