/*
 * Update rules, in order of increasing complexity. Every function exported from this file makes an
 * optimizer; `clipped` and `maxNorm` are made around one.
 */

export type { EpsilonPlace } from './epsilon.js';
export type { Optimizer, Update } from './optimizer.js';
export { type AdagradOptions, adagrad } from './optimizers/adagrad.js';
export { type AdamOptions, adam } from './optimizers/adam.js';
export { type AdamwOptions, adamw } from './optimizers/adamw.js';
export { gradientDescent } from './optimizers/gradientDescent.js';
export { momentum } from './optimizers/momentum.js';
export { nesterov } from './optimizers/nesterov.js';
export { type RmspropOptions, rmsprop } from './optimizers/rmsprop.js';
export type { MomentumOptions } from './optimizers/velocity.js';
