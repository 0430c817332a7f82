/*
 * `handgrad`: networks and training. What proves gradients is in `handgrad/oracle`, and each other room
 * in a path of its own: importing this one registers no gradient.
 */

export { type CompileOptions, compile, type Refused } from './compiled/compile.js';
export {
  type CompiledForward,
  type CompileForwardOptions,
  compileForward,
} from './compiled/forward.js';
export type { PlainStep } from './compiled/proof.js';
export type { Compiled, Step } from './compiled/step.js';
export type {
  Activated,
  ActivationLayer,
  ActivationMaker,
  KerasStep,
  OnnxOperator,
} from './core/activation.js';
export * from './core/activations.js';
export type { Cache } from './core/chain.js';
export { type ClippingOptions, clipped } from './core/clipped.js';
export type { SmoothingOptions } from './core/crossEntropy.js';
export * from './core/errors.js';
export { frozen } from './core/frozen.js';
export type { Initializer } from './core/initializers.js';
export * as initializers from './core/initializers.js';
export type { Own } from './core/kinds.js';
export type {
  Backward,
  Config,
  Forward,
  Given,
  Json,
  Layer,
  Parameter,
  Shape,
} from './core/layer.js';
export type { BatchNormOptions } from './core/layers/batchNorm.js';
export type { Conv2dOptions } from './core/layers/conv2d.js';
export type { DenseLayer, DenseOptions } from './core/layers/dense.js';
export type { DepthwiseConv2dOptions } from './core/layers/depthwiseConv2d.js';
export type { DropoutOptions } from './core/layers/dropout.js';
export type { EmbeddingLayer, EmbeddingOptions } from './core/layers/embedding.js';
export type { GaussianNoiseOptions } from './core/layers/gaussianNoise.js';
export type { GroupNormOptions } from './core/layers/groupNorm.js';
export type { GruOptions } from './core/layers/gru.js';
export type { LayerNormOptions } from './core/layers/layerNorm.js';
export type { PoolOptions } from './core/layers/maxPool2d.js';
export type { NormalizationOptions } from './core/layers/normalization.js';
export type { PositionalEmbeddingOptions } from './core/layers/positionalEmbedding.js';
export type { RecurrentOptions } from './core/layers/recurrent.js';
export type { RescalingOptions } from './core/layers/rescaling.js';
export type { ResidualOptions } from './core/layers/residual.js';
export type { RmsNormOptions } from './core/layers/rmsNorm.js';
export type { SelfAttentionOptions } from './core/layers/selfAttention.js';
export type { TransformerBlockOptions } from './core/layers/transformerBlock.js';
export type { UpSampling2dOptions } from './core/layers/upSampling2d.js';
export type { ZeroPadding2dOptions } from './core/layers/zeroPadding2d.js';
export * from './core/layers.js';
export { linearBackward, linearForward } from './core/linear.js';
export type { LossMaker } from './core/loss.js';
export * from './core/losses.js';
export { type MaxNormOptions, maxNorm } from './core/maxNorm.js';
export {
  type BackwardStage,
  backward,
  backwardToX,
  cost,
  forward,
  initialize,
  type Network,
  type NetworkDefinition,
  network,
  type StepInputs,
} from './core/network.js';
export type { NoiseShapes } from './core/noise.js';
export type { AffineOptions } from './core/normalization.js';
export * from './core/optimizers.js';
export {
  nextPlateau,
  type Plateau,
  type PlateauMemory,
  type PlateauOptions,
  startPlateau,
} from './core/plateau.js';
export { pure } from './core/pure.js';
export { type RandomPosition, RandomState } from './core/random.js';
export { fromRows, oneHot } from './core/samples.js';
export type { Schedule } from './core/schedules.js';
export * as schedules from './core/schedules.js';
export { type Grads, matrix, type Params, scalar } from './core/tensors.js';
export { weighted } from './core/weighted.js';
export type { Padding, Sides } from './core/window.js';
export type { Card, FileCard, InputCard, Scores } from './export/card.js';
export type { ReadOptions } from './export/layersModel.js';
export type { StoredTensor, StoredTensors } from './export/tensorFile.js';
export * as metrics from './metrics/index.js';
export {
  type Backend,
  type BackendName,
  type BackendPreference,
  type BackendVersions,
  useBackend,
} from './runtime/backends.js';
export { choosePlan } from './training/automatic.js';
export type { Batch } from './training/batches.js';
export type { Callbacks, Called } from './training/callbacks.js';
export {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  type Position,
  type StreamPosition,
} from './training/checkpoint.js';
export {
  type CrossValidation,
  type CrossValidationOptions,
  crossValidate,
} from './training/crossValidate.js';
export {
  DeepNeuralNetwork,
  type NetworkOptions,
  type StartOptions,
} from './training/deepNeuralNetwork.js';
export type { Best, EarlyStoppingOptions } from './training/earlyStopping.js';
export type { Judged } from './training/evaluation.js';
export {
  type FindLearningRateOptions,
  findLearningRate,
  type LearningRates,
} from './training/findLearningRate.js';
export type { FitOptions } from './training/fitOptions.js';
export { fittingBackend, type Work } from './training/fittingBackend.js';
export { type Fold, kFolds } from './training/folds.js';
export type { History, Logs } from './training/history.js';
export type {
  CheckpointOptions,
  PlanOutcome,
  Progress,
  TrainOptions,
} from './training/options.js';
export type {
  Choice,
  Passed,
  Plan,
  Runner,
  RunOptions,
  Stepper,
  Task,
  Trial,
} from './training/plan.js';
export * as plans from './training/plans.js';
export type { DatasetItem, Items, SampleStream } from './training/sampleStream.js';
export { fromAverages, type Round, type RoundSource } from './training/shards/fromAverages.js';
export { fromGradients } from './training/shards/fromGradients.js';
export type {
  GradientSource,
  GradientStep,
  Gradients,
  ShardSource,
} from './training/shards/gradientSource.js';
export { inShards } from './training/shards/inShards.js';
export {
  type AllSamples,
  type Takeable,
  type Taken,
  takeable,
} from './training/shards/takeable.js';
export type { TrainingState } from './training/step.js';
export type { StepSource } from './training/stepSource.js';
export {
  type Candidate,
  candidateGrid,
  type GridOptions,
  type Samples,
  type SweepOptions,
  type SweepResult,
  sweep,
} from './training/sweep.js';
export { train } from './training/train.js';
export type { WeightOptions } from './training/weights.js';
export { version } from './version.js';
