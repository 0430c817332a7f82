export { compile, type Refused } from './compiled/compile.js';
export type { Compiled, Step } from './compiled/step.js';
export type { Activation, Output } from './core/activations.js';
export * as activations from './core/activations.js';
export { leakyRelu, linear, relu, sigmoid, softmax, tanh } from './core/activations.js';
export * from './core/errors.js';
export type { Initializer } from './core/initializers.js';
export { course, he, normal, xavier, zeros } from './core/initializers.js';
export { type Backward, type Cache, dense, type Layer } from './core/layers.js';
export { linearBackward, linearForward } from './core/linear.js';
export type { Loss } from './core/losses.js';
export { binaryCrossEntropy, categoricalCrossEntropy, meanSquaredError } from './core/losses.js';
export {
  backward,
  cost,
  forward,
  initialize,
  type Network,
  type NetworkDefinition,
  network,
} from './core/network.js';
export { gradientDescent, momentum, type Optimizer } from './core/optimizers.js';
export { pure, type Update } from './core/pure.js';
export { RandomState } from './core/random.js';
export { fromRows, oneHot } from './core/samples.js';
export type { Schedule } from './core/schedules.js';
export * as schedules from './core/schedules.js';
export { type Grads, matrix, type Params, scalar } from './core/tensors.js';
export * as course1 from './course/index.js';
export { type Dataset, loadDataset } from './data/dataset.js';
export { embeddedDataset, writeEmbeddedSet } from './data/embedded.js';
export { type Matrices, type PictureSet, toMatrices } from './data/pictureSet.js';
export * as planar from './data/planar.js';
export type { Card } from './export/card.js';
export { folder } from './export/files.js';
export type { Format, Loaded } from './export/format.js';
export * as formats from './export/formats/index.js';
export { fromLayersModel, toLayersModel } from './export/layersModel.js';
export { loadModel, saveModel } from './export/modelFolder.js';
export { FLOAT64, tensor64 } from './float64/index.js';
export { autodiff } from './oracle/autodiff.js';
export { type CheckedOn, checkNetwork, subjectOf } from './oracle/check.js';
export { type CheckOptions, checkGradients } from './oracle/checkGradients.js';
export { reportHtml } from './oracle/report/html.js';
export { type ReportJson, reportJson } from './oracle/report/json.js';
export { reportText } from './oracle/report/text.js';
export type { Cause, GradientReport, ParameterReport, StageReport } from './oracle/report.js';
export type { Subject } from './oracle/subject.js';
export {
  checkArrayUpdate,
  checkUpdate,
  type UpdateOptions,
  type UpdateReport,
} from './oracle/updates/checkUpdate.js';
export {
  type Backend,
  type BackendName,
  type BackendPreference,
  useBackend,
} from './runtime/backends.js';
export { automatic, choosePlan } from './training/automatic.js';
export {
  DeepNeuralNetwork,
  type FitOptions,
  type NetworkOptions,
} from './training/deepNeuralNetwork.js';
export { fittingBackend, type Work } from './training/fittingBackend.js';
export type { Choice, Passed, Plan, Runner, Task, Trial } from './training/plan.js';
export {
  compiled,
  compiledInSampleSpace,
  inSampleSpace,
  plain,
  plans,
} from './training/plans/index.js';
export {
  type GridOptions,
  grid,
  type SweepOptions,
  type SweepResult,
  sweep,
} from './training/sweep.js';
export {
  type History,
  type PlanOutcome,
  type Progress,
  type TrainOptions,
  train,
} from './training/train.js';
export { version } from './version.js';
