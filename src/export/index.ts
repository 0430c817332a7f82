/*
 * `handgrad/export`: networks in the formats of other tools, and back.
 */

export type { Activated, KerasStep, OnnxOperator } from '../core/activation.js';
export type { Activation, Output } from '../core/activations.js';
export * from '../core/errors.js';
export type { Initializer } from '../core/initializers.js';
export type { Own } from '../core/kinds.js';
export type {
  Backward,
  Config,
  Forward,
  Given,
  Json,
  Layer,
  Parameter,
  Shape,
} from '../core/layer.js';
export type { Loss } from '../core/losses.js';
export type { Network } from '../core/network.js';
export type { RandomPosition, RandomState } from '../core/random.js';
export type { Grads, Params } from '../core/tensors.js';
export type { Card, FileCard, InputCard, Scores } from './card.js';
export type { Description, LoadOptions } from './description.js';
export { fileSystem } from './files.js';
export type { FileFormat, Format, Loaded, Model } from './format.js';
export * as formats from './formats/index.js';
export { fromLayersModel, type ReadOptions, toLayersModel } from './layersModel.js';
export { loadModel, saveModel } from './modelFolder.js';
