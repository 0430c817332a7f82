import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../core/activation.js';
import { relu, sigmoid } from '../core/activations.js';
import { ModelError, ValueError } from '../core/errors.js';
import { course, type Initializer } from '../core/initializers.js';
import { assertInputs, assertSamples } from '../core/inputs.js';
import { dense } from '../core/layers.js';
import type { Loss } from '../core/loss.js';
import { binaryCrossEntropy } from '../core/losses.js';
import {
  checkParameters,
  forward,
  headOf,
  initialize,
  type Network,
  network,
} from '../core/network.js';
import { gradientDescent, type Optimizer } from '../core/optimizers.js';
import { assertOptions, inWords, type Names } from '../core/options.js';
import { assertOutputs } from '../core/outputs.js';
import { trainedOf } from '../core/parameters.js';
import { assertActivation, assertOptimizer } from '../core/parts.js';
import { RandomState } from '../core/random.js';
import type { Schedule } from '../core/schedules.js';
import { accuracy, predictions, rSquared } from '../core/scores.js';
import { disposeReplaced, type Params } from '../core/tensors.js';
import { type Card, trainedOn } from '../export/card.js';
import { type ReadOptions, toLayersModel } from '../export/layersModel.js';
import { loadModel, loadNetwork, saveModel } from '../export/modelFolder.js';
import { automatic } from './automatic.js';
import { callbackList } from './callbacks.js';
import { type FitOptions, fitOptionNames, fitSamples, validationOf } from './fitOptions.js';
import type { History } from './history.js';
import { assertTraining, type TrainOptions } from './options.js';
import type { Source } from './run.js';
import { isDataset, type SampleStream } from './sampleStream.js';
import { costOf, type TrainingState } from './step.js';
import { isStepSource, type StepSource } from './stepSource.js';
import { runTraining } from './train.js';
import { printing } from './verbose.js';
import { weighedItems, weightedNetwork, withWeights } from './weights.js';

export interface StartOptions {
  /**
   * Seeds the initial weights, and the sample order and noise in every `fit`. Default: 1, as in the
   * course.
   */
  readonly seed?: number;
  /** Initial parameters, instead of random ones. The network takes ownership. */
  readonly parameters?: Params;
}

export interface NetworkOptions extends StartOptions {
  /** Default: binary cross-entropy. */
  readonly loss?: Loss;
  /** Default: the course's, randn / √n_prev. */
  readonly initializer?: Initializer;
  /** λ of the L2 term. Default: 0. */
  readonly l2?: number;
  /** λ of the L1 term. Default: 0. */
  readonly l1?: number;
}

const startOptionNames: Names<StartOptions> = { seed: true, parameters: true };
const networkOptionNames: Names<NetworkOptions> = {
  ...startOptionNames,
  ...{ loss: true, initializer: true, l2: true, l1: true },
};

/**
 * A deep network, as in the course: `new DeepNeuralNetwork([12288, 20, 7, 5, 1])`, `fit`,
 * `predict`, `accuracyScore`. Samples are columns in X (n_x, m) and Y (n_y, m), or come first in
 * pictures and sequences (m, …).
 *
 * The output activation decides what it predicts: 0 or 1 per output for a sigmoid, a class per
 * sample for a softmax, numbers otherwise.
 *
 * The network owns its parameters: call `dispose` when done. The caller owns what methods return.
 * Methods that take X or Y throw a ShapeError if these are not matrices of matching shapes, and a
 * ValueError naming the first number that is not finite or the first label the loss does not
 * accept.
 */
export class DeepNeuralNetwork {
  readonly network: Network;
  /** How the loaded model was trained and how to prepare its inputs; written by `save`. */
  card?: Card;
  private readonly state: TrainingState;
  /** Draws the initial weights and the sample order; continues from fit to fit. */
  private readonly random: RandomState;
  /** The optimizer behind the current state, and what was requested. Another one starts fresh. */
  private rule: { readonly asked: unknown; readonly optimizer: Optimizer } | undefined;
  private disposed = false;

  /** A network of any layers: `new DeepNeuralNetwork(network({ input, layers, loss }))`. */
  constructor(network: Network, options?: StartOptions);
  /**
   * A network of dense layers.
   *
   * @param sizes n_x, n_1, …, n_L
   * @param activations one per layer; default: relu, with a sigmoid at the end
   * @throws ValueError if the two do not match, or the loss does not fit the last activation
   */
  constructor(
    sizes: readonly number[],
    activations?: readonly Activation[],
    options?: NetworkOptions,
  );
  constructor(
    shape: Network | readonly number[],
    second?: readonly Activation[] | StartOptions,
    third?: NetworkOptions,
  ) {
    const isNetwork = Array.isArray((shape as Network)?.layers);
    const options: NetworkOptions = (isNetwork ? (second as StartOptions) : third) ?? {};
    assertOptions('DeepNeuralNetwork', options, isNetwork ? startOptionNames : networkOptionNames);
    const { seed = 1, parameters } = options;
    this.network = isNetwork
      ? (shape as Network)
      : ofDense(shape as readonly number[], second as readonly Activation[], options);
    this.random = new RandomState(seed);
    const params = parameters ?? initialize(this.network, this.random);
    checkParameters(this.network, params);
    this.state = { params, optimizerState: {} };
  }

  /** { W1, b1, W2, b2, … }. The network keeps ownership; the next step of `fit` replaces them. */
  get parameters(): Params {
    if (this.disposed) throw new ValueError('This network was disposed; make a new one.');
    return this.state.params;
  }

  /**
   * Trains on X and Y, continuing from the last fit: parameters, random stream and optimizer state.
   * 30 fits of one epoch equal one fit of 30. A run that ends early (by its signal, or because the
   * cost is not finite) throws and keeps the current parameters.
   *
   * With a dataset in place of X and Y, trains on its items as they come: what does not fit in
   * memory. The run frees them. With a `StepSource`, on samples that are elsewhere: each sample for
   * itself, so no batchNorm that learns.
   *
   * @throws ValueError for an unknown option, and for `learningRate` together with `optimizer`.
   */
  fit(X: Tensor, Y: Tensor, options?: FitOptions): Promise<History>;
  fit(dataset: SampleStream | StepSource, options?: FitOptions): Promise<History>;
  async fit(
    data: Tensor | SampleStream | StepSource,
    labels?: Tensor | FitOptions,
    given: FitOptions = {},
  ): Promise<History> {
    if (isStepSource(data)) return this.fitElsewhere(data, labels as FitOptions);
    if (isDataset(data)) return this.fitDataset(data, labels as FitOptions);
    const { validationData, validationSplit, classWeight, sampleWeight, ...options } =
      assertFit(given);
    const held = { validationData, validationSplit };
    const samples = fitSamples(this.network, data as Tensor, labels as Tensor, held);
    const { validation } = samples;
    try {
      if ((classWeight ?? sampleWeight) === undefined) {
        return await this.fitSource(samples, { ...options, validation });
      }
      assertSamples(this.network, samples.X, samples.Y);
      const weights = { classWeight, sampleWeight: samples.kept(sampleWeight) };
      const Y = withWeights(this.network, samples.Y, weights); // (n_y + 1, m)
      try {
        return await this.fitSource({ X: samples.X, Y }, { ...options, validation }, true);
      } finally {
        Y.dispose();
      }
    } finally {
      samples.dispose();
    }
  }

  private fitDataset(dataset: SampleStream, given: FitOptions = {}): Promise<History> {
    const { validationSplit, validationData, classWeight, sampleWeight, ...options } =
      assertFit(given);
    if (validationSplit !== undefined) {
      throw new ValueError(
        'fit: a dataset has no last share for validationSplit; give validationData: [X, Y].',
      );
    }
    if (sampleWeight !== undefined || classWeight === 'balanced') {
      throw new ValueError(
        'fit: the samples of a dataset are not there yet to be weighed; give classWeight as numbers, { 0: 1, 1: 5 }.',
      );
    }
    const run = {
      ...options,
      epochs: given.epochs ?? 1,
      validation: validationOf(validationData),
    };
    if (classWeight === undefined) return this.fitSource({ dataset }, run);
    const weighed = weighedItems(dataset, this.network, { classWeight });
    return this.fitSource({ dataset: weighed }, run, true);
  }

  private fitElsewhere(elsewhere: StepSource, given: FitOptions = {}): Promise<History> {
    const { validationSplit, validationData, classWeight, sampleWeight, ...options } =
      assertFit(given);
    if ((validationSplit ?? classWeight ?? sampleWeight) !== undefined) {
      throw new ValueError(
        'fit: validationSplit and weights are for samples that are here. Hold back and weigh them where they are.',
      );
    }
    return this.fitSource({ elsewhere }, { ...options, validation: validationOf(validationData) });
  }

  private async fitSource(
    source: Source,
    { learningRate, optimizer, verbose, ...others }: FitOptions & Pick<TrainOptions, 'validation'>,
    isWeighted = false,
  ): Promise<History> {
    const network = isWeighted ? weightedNetwork(this.network) : this.network;
    const isSet = (others.epochs ?? others.iterations) !== undefined;
    const { plan = automatic, random = this.random } = others;
    const duration = isSet ? {} : { iterations: 2500 };
    const callbacks = [...callbackList(others.callbacks), ...printing(verbose, others.epochs)];
    const run = { ...others, ...duration, plan, random, callbacks };
    // Before the optimizer of the last fit gives way to another one.
    const samples =
      'dataset' in source ? source.dataset : 'elsewhere' in source ? source.elsewhere : source;
    const timetable = assertTraining(network, samples, run);
    const before = this.parameters;
    const rule = this.ruleOf(optimizer, learningRate);
    try {
      return await runTraining(network, rule, this.state, source, run, timetable);
    } finally {
      if (this.state.params !== before) this.card = this.card && trainedOn(this.card);
    }
  }

  /**
   * The optimizer of the last fit if the same is requested; otherwise a new one, with fresh state.
   */
  private ruleOf(
    optimizer: Optimizer | undefined,
    learningRate: number | Schedule = 0.0075,
  ): Optimizer {
    const asked = optimizer ?? learningRate;
    if (this.rule?.asked === asked) return this.rule.optimizer;
    const rule = optimizer ?? gradientDescent({ learningRate });
    assertOptimizer('fit: the optimizer', rule);
    const started = rule.start(trainedOf(this.network, this.parameters));
    disposeReplaced(this.state.optimizerState, {});
    this.state.optimizerState = started;
    this.rule = { asked, optimizer: rule };
    return rule;
  }

  /** AL (n_y, m): probabilities, or numbers if that is what the network outputs. */
  predictProb(X: Tensor): Tensor2D {
    assertInputs(this.network, X);
    return tf.tidy(() => {
      const { AL } = forward(this.network, this.parameters, X);
      assertOutputs(AL);
      return AL as Tensor2D;
    });
  }

  /**
   * Sigmoid: 1 where AL > threshold, else 0 (n_y, m). Softmax: the index of the most likely class
   * (1, m). Any other output: AL itself (n_y, m).
   *
   * @param threshold for a sigmoid's probabilities; default: 0.5
   */
  predict(X: Tensor, threshold?: number): Tensor2D {
    const { gives, name } = headOf(this.network).activation;
    if (
      threshold !== undefined &&
      (gives !== 'probability' || !(threshold >= 0 && threshold <= 1))
    ) {
      const cure = gives === 'probability' ? 'give one from 0 to 1' : `${name} takes none`;
      throw new ValueError(`predict: the threshold is ${threshold}; ${cure}.`);
    }
    return tf.tidy(() => predictions(this.predictProb(X), gives, threshold) as Tensor2D);
  }

  /**
   * Scores `predict` on X: accuracy for classes, as in `accuracyScore`; R² for numbers, which is 1
   * for a perfect prediction and 0 for always predicting the mean of Y.
   *
   * Source: `score` of scikit-learn's classifiers and regressors.
   */
  score(X: Tensor, Y: Tensor): number {
    const { gives } = headOf(this.network).activation;
    if (gives !== 'number') return this.accuracyOf('score', X, Y);
    // R² does not weigh: a weighted loss has its labels alone here, as for an accuracy.
    const { loss } = this.network;
    assertSamples({ ...this.network, loss: loss.weighs ?? loss }, X, Y);
    return tf.tidy(() => rSquared(this.predictProb(X), Y));
  }

  /**
   * The fraction of labels `predict` gets right, from 0 to 1. With several sigmoid outputs, each
   * one counts. Labels are 0 and 1.
   *
   * @throws ValueError if the network outputs numbers; use `score` instead.
   */
  accuracyScore(X: Tensor, Y: Tensor): number {
    return this.accuracyOf('accuracyScore', X, Y);
  }

  /** J on X and Y, including the L2 term. */
  costFunction(X: Tensor, Y: Tensor): number {
    assertSamples(this.network, X, Y);
    const J = costOf(this.network, this.parameters, X, Y);
    const [value] = J.dataSync();
    J.dispose();
    return value;
  }

  /**
   * Saves a tfjs LayersModel that `tf.loadLayersModel` opens, plus the card, to a tfjs io handler
   * or a folder. A folder is read back and compared before the save counts.
   */
  async save(target: string | tf.io.IOHandler): Promise<void> {
    if (typeof target === 'string') {
      return saveModel(target, this.network, this.parameters, this.card);
    }
    if (!target.save) throw new ModelError('This io handler loads models, but does not save them.');
    await target.save(await toLayersModel(this.network, this.parameters, this.card));
  }

  /**
   * Loads a LayersModel, with its card, ready to predict or to continue with `fit`.
   *
   * @param options makers of layers and losses of your own: `{ layers: { mine } }`
   */
  static async load(
    source: string | tf.io.IOHandler,
    options: ReadOptions = {},
  ): Promise<DeepNeuralNetwork> {
    const model = await (typeof source === 'string'
      ? loadModel(source, options)
      : loadNetwork(source, options));
    const loaded = new DeepNeuralNetwork(model.network, { parameters: model.params });
    loaded.card = model.card;
    return loaded;
  }

  /** Frees the parameters. */
  dispose(): void {
    disposeReplaced(this.state.params, {});
    disposeReplaced(this.state.optimizerState, {});
    this.disposed = true;
  }

  private accuracyOf(where: string, X: Tensor, Y: Tensor): number {
    const head = headOf(this.network);
    const { gives, name } = head.activation;
    if (gives === 'number') {
      throw new ValueError(
        `${where}: ${name} with ${head.loss.name} gives numbers, of which none is right or wrong. Use score(X, Y), which is R² here.`,
      );
    }
    assertSamples(this.network, X, Y, { hard: true });
    const { labels } = head.loss;
    return tf.tidy(() => accuracy(this.predictProb(X), Y, gives, labels));
  }
}

/** @throws ValueError for what contradicts itself. */
function assertFit(options: FitOptions): FitOptions {
  assertOptions('fit', options, fitOptionNames);
  const { optimizer, learningRate, epochs, iterations, batchSize } = options;
  if (optimizer !== undefined && learningRate !== undefined) {
    throw new ValueError(
      'fit: learningRate is beside an optimizer, which has its own. Give it to the optimizer: momentum({ learningRate }).',
    );
  }
  if ((epochs ?? iterations) === undefined && batchSize !== undefined) {
    throw new ValueError('fit: batchSize needs epochs: { epochs: 20, batchSize: 32 }.');
  }
  return options;
}

/** The network of n_x, n_1, …, n_L units. @throws ValueError */
function ofDense(
  sizes: readonly number[],
  activations: readonly Activation[] | undefined,
  { loss = binaryCrossEntropy, initializer = course, l2, l1 }: NetworkOptions,
): Network {
  const where = 'DeepNeuralNetwork';
  assertList(`${where}: the sizes`, sizes, '[n_x, n_1, …, n_L]');
  const g = activations ?? courseActivations(sizes.length - 1);
  assertList(`${where}: the activations`, g, 'one for each layer, [tanh, sigmoid]');
  const [nX, ...units] = sizes;
  if (g.length !== units.length) {
    throw new ValueError(
      `${where}: ${units.length} layers, but ${g.length} activations; give one for each layer.`,
    );
  }
  g.forEach((one, i) => {
    assertActivation(`${where}: activation ${i + 1}`, one);
  });
  return network({ nX, layers: units.map((n, i) => dense(n, g[i], initializer)), loss, l2, l1 });
}

const courseActivations = (L: number) =>
  Array.from({ length: L }, (_, i) => (i < L - 1 ? relu : sigmoid));

function assertList(what: string, value: unknown, such: string): void {
  if (Array.isArray(value)) return;
  throw new ValueError(`${what} are ${inWords(value)}; give a list, ${such}.`);
}
