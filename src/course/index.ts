/*
 * `handgrad/course`: the functions of the course notes, under the names that the notes give them, in a
 * namespace for each of their chapters.
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
export type { Optimizer, Update } from '../core/optimizers.js';
export type { Plateau, PlateauMemory, PlateauOptions } from '../core/plateau.js';
export type { RandomPosition, RandomState } from '../core/random.js';
export type { Schedule } from '../core/schedules.js';
export type { Grads, Params } from '../core/tensors.js';
export type { StoredTensor, StoredTensors } from '../export/tensorFile.js';
export type { Batch } from '../training/batches.js';
export type { Callbacks, Called } from '../training/callbacks.js';
export type { Checkpoint, Position, StreamPosition } from '../training/checkpoint.js';
export type { Best, EarlyStoppingOptions } from '../training/earlyStopping.js';
export type { Judged } from '../training/evaluation.js';
export type { History, Logs } from '../training/history.js';
export type {
  CheckpointOptions,
  PlanOutcome,
  Progress,
  TrainOptions,
} from '../training/options.js';
export type {
  Choice,
  Passed,
  Plan,
  Refused,
  Runner,
  RunOptions,
  Stepper,
  Task,
  Trial,
} from '../training/plan.js';
export type { DatasetItem, Items, SampleStream } from '../training/sampleStream.js';
export type { TrainingState } from '../training/step.js';
export { accuracy } from './accuracy.js';
export * as activations from './activations.js';
export * as buildingBlocks from './buildingBlocks.js';
export * as catModels from './catModels.js';
export type { Descent, DescentOptions, FullDescentOptions } from './descend.js';
export * as logisticRegression from './logisticRegression.js';
export * as losses from './losses.js';
export * as multiclass from './multiclass.js';
export { nudge } from './nudge.js';
export * as planarNetwork from './planarNetwork.js';
export * as vectorization from './vectorization.js';
