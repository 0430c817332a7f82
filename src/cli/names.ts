import type * as activations from '../core/activations.js';
import type * as losses from '../core/losses.js';
import type * as optimizers from '../core/optimizers.js';

/*
 * What a word on the command line may name, for --help and for errors. The modules themselves would
 * bring TensorFlow.js; the types hold these lists to them.
 */

type NameIn<Module> = Extract<keyof Module, string>;

const complete =
  <Name extends string>() =>
  <const Names extends readonly Name[]>(
    names: Names & (Exclude<Name, Names[number]> extends never ? unknown : never),
  ): readonly Name[] =>
    names;

export type ActivationName = NameIn<typeof activations>;
export type LossName = NameIn<typeof losses>;

export const activationNames = complete<ActivationName>()([
  'sigmoid',
  'tanh',
  'relu',
  'leakyRelu',
  'linear',
  'elu',
  'gelu',
  'silu',
  'softplus',
  'hardSigmoid',
  'softmax',
]);

/** Softmax is for outputs. */
export const hiddenActivationNames = activationNames.filter((name) => name !== 'softmax');

export const lossNames = complete<LossName>()([
  'binaryCrossEntropy',
  'categoricalCrossEntropy',
  'sparseCategoricalCrossEntropy',
  'meanSquaredError',
  'meanAbsoluteError',
  'huber',
  'hinge',
]);

export type OptimizerName = NameIn<typeof optimizers>;

export const optimizerNames = complete<OptimizerName>()([
  'gradientDescent',
  'momentum',
  'nesterov',
  'adagrad',
  'rmsprop',
  'adam',
  'adamw',
]);

/** Learning rates over the steps of a run. */
export const scheduleNames = [
  'constant',
  'step',
  'exponential',
  'inverseTime',
  'cosine',
  'warmUp',
  'plateau',
] as const;

export type ScheduleName = (typeof scheduleNames)[number];

/** Changes of pictures. */
export const augmentations = ['flip', 'shift', 'rotation', 'brightness'] as const;
export type Augmentation = (typeof augmentations)[number];
