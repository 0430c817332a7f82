/*
 * `handgrad/oracle`: proves backward passes and optimizers right. Importing it registers the gradients
 * of TensorFlow.js; nothing else in handgrad does.
 */

export type { Activated, KerasStep, OnnxOperator } from '../core/activation.js';
export type { Activation, Output } from '../core/activations.js';
export * from '../core/errors.js';
export type { Initializer } from '../core/initializers.js';
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
export { autodiff } from './autodiff.js';
export { type CheckedOn, type CheckNetworkOptions, checkNetwork, subjectOf } from './check.js';
export { type CheckOptions, checkGradients } from './checkGradients.js';
export type { Tolerance } from './compare.js';
export { reportHtml } from './report/html.js';
export {
  type CauseJson,
  type JsonNumber,
  type ParameterJson,
  type ReportJson,
  reportJson,
} from './report/json.js';
export { reportText } from './report/text.js';
export type { Cause, GradientReport, ParameterReport, StageReport } from './report.js';
export type { ReadSource } from './source.js';
export type {
  ForwardResult,
  NestedNumbers,
  ParameterTree,
  Point,
  ShapeTree,
  Subject,
  TensorFlow,
  TensorLike,
  Tensors,
} from './subject.js';
export {
  checkArrayUpdate,
  checkUpdate,
  type Hyperparameters,
  type RuleName,
  type RuleOptions,
  type Update as UpdateUnderTest,
  type UpdateCause,
  type UpdateOptions,
  type UpdateReport,
  type UpdateResult,
  type UpdateStep,
} from './updates/checkUpdate.js';
