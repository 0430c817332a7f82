import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type Activation, relu, sigmoid } from '../core/activations.js';
import { ModelError, NumericError, ValueError } from '../core/errors.js';
import { course, type Initializer } from '../core/initializers.js';
import { assertInputs, assertSamples } from '../core/inputs.js';
import { dense } from '../core/layers.js';
import { binaryCrossEntropy, type Loss } from '../core/losses.js';
import {
  checkParameters,
  cost,
  forward,
  headOf,
  initialize,
  type Network,
  network,
} from '../core/network.js';
import { gradientDescent, type Optimizer } from '../core/optimizers.js';
import { assertOptions, inWords, type Names } from '../core/options.js';
import { assertActivation, assertOptimizer } from '../core/parts.js';
import { RandomState } from '../core/random.js';
import { assertFinite } from '../core/samples.js';
import type { Schedule } from '../core/schedules.js';
import { accuracy, predictions, rSquared } from '../core/scores.js';
import { disposeReplaced, type Params } from '../core/tensors.js';
import { type Card, trainedOn } from '../export/card.js';
import { toLayersModel } from '../export/layersModel.js';
import { loadModel, loadNetwork, saveModel } from '../export/modelFolder.js';
import { automatic } from './automatic.js';
import type { TrainingState } from './step.js';
import { type History, type TrainOptions, train, trainOptionNames } from './train.js';

export interface NetworkOptions {
  /** Default: binary cross-entropy. */
  readonly loss?: Loss;
  /** Default: the course's, randn / √n_prev. */
  readonly initializer?: Initializer;
  /** λ of the L2 term. Default: 0. */
  readonly l2?: number;
  /** Of the starting weights, and of the order of the samples in every `fit`. Default: 1, as in the course. */
  readonly seed?: number;
  /** Instead of drawn ones. The network takes them over. */
  readonly parameters?: Params;
}

const networkOptionNames: Names<NetworkOptions> = {
  ...{ loss: true, initializer: true, l2: true, seed: true, parameters: true },
};

/** Without `iterations` and `epochs`: 2,500 iterations. */
export interface FitOptions extends TrainOptions {
  /** For gradient descent. Default: 0.0075, as in the course. */
  readonly learningRate?: number | Schedule;
  /** Instead of gradient descent. Given again, it goes on from what it remembers. */
  readonly optimizer?: Optimizer;
}

const fitOptionNames: Names<FitOptions> = {
  ...trainOptionNames,
  learningRate: true,
  optimizer: true,
};

/**
 * A deep network as the course's notes have it: `new DeepNeuralNetwork([12288, 20, 7, 5, 1])`,
 * `fit`, `predict`, `accuracyScore`. Samples are columns in X (n_x, m) and Y (n_y, m).
 *
 * What it predicts follows from its output activation: behind a sigmoid each output is 0 or 1, behind a
 * softmax the sample has a class, and any other output is a number.
 *
 * It owns its parameters: call `dispose` when done. What its methods return is the caller's. Those that
 * take X or Y throw a ShapeError where they are no matrices that fit, and a ValueError that names the
 * first number that is not finite, or the first label that the loss does not take.
 */
export class DeepNeuralNetwork {
  readonly network: Network;
  /** How it came to be and how to feed it, from the model that was loaded; `save` writes it. */
  card?: Card;
  private readonly state: TrainingState;
  /** Drew the starting weights, and draws the order of the samples: it goes on from fit to fit. */
  private readonly random: RandomState;
  /** Whose memory the state holds, and what was asked for: another one starts anew. */
  private rule: { readonly asked: unknown; readonly optimizer: Optimizer } | undefined;
  private disposed = false;

  /**
   * @param sizes n_x, n_1, …, n_L
   * @param activations one for each layer; default: relu, and a sigmoid at the end
   * @throws ValueError where they do not fit together, or the loss does not fit the last one
   */
  constructor(
    sizes: readonly number[],
    activations: readonly Activation[] = courseActivations(sizes.length - 1),
    options: NetworkOptions = {},
  ) {
    const where = 'DeepNeuralNetwork';
    assertList(`${where}: the sizes`, sizes, '[n_x, n_1, …, n_L]');
    assertList(`${where}: the activations`, activations, 'one for each layer, [tanh, sigmoid]');
    assertOptions(where, options, networkOptionNames);
    const { loss = binaryCrossEntropy, initializer = course, l2, seed = 1, parameters } = options;
    const [nX, ...units] = sizes;
    if (activations.length !== units.length) {
      throw new ValueError(
        `${where}: ${units.length} layers, but ${activations.length} activations; give one for each layer.`,
      );
    }
    activations.forEach((g, i) => {
      assertActivation(`${where}: activation ${i + 1}`, g);
    });
    const layers = units.map((n, i) => dense(n, activations[i], initializer));
    this.network = network({ nX, layers, loss, l2 });
    this.random = new RandomState(seed);
    const params = parameters ?? initialize(this.network, this.random);
    checkParameters(this.network, params);
    this.state = { params, optimizerState: {} };
  }

  /** { W1, b1, W2, b2, … }: still the network's own, and replaced by the next step of `fit`. */
  get parameters(): Params {
    if (this.disposed) throw new ValueError('This network was disposed; make a new one.');
    return this.state.params;
  }

  /**
   * Trains on X and Y, from where the last fit ended: parameters, random stream, and what the optimizer
   * remembers. 30 fits of one epoch are one fit of 30. A run that ends early (by its signal, by a cost
   * that is not finite) throws, and keeps the parameters of that moment.
   *
   * @throws ValueError for an option that it does not have, and for `learningRate` beside `optimizer`.
   */
  async fit(X: Tensor2D, Y: Tensor2D, options: FitOptions = {}): Promise<History> {
    assertOptions('fit', options, fitOptionNames);
    const { learningRate, optimizer, ...others } = options;
    if (optimizer !== undefined && learningRate !== undefined) {
      throw new ValueError(
        'fit: learningRate is beside an optimizer, which has its own. Give it to the optimizer: momentum({ learningRate }).',
      );
    }
    const duration = options.epochs === undefined ? { iterations: 2500 } : {};
    const before = this.parameters;
    const rule = this.ruleOf(optimizer, learningRate);
    try {
      return await train(this.network, rule, this.state, X, Y, {
        plan: automatic,
        random: this.random,
        ...duration,
        ...others,
      });
    } finally {
      if (this.state.params !== before) this.card = this.card && trainedOn(this.card);
    }
  }

  /** The rule of the last fit where the same is asked for; else another one, which starts anew. */
  private ruleOf(
    optimizer: Optimizer | undefined,
    learningRate: number | Schedule = 0.0075,
  ): Optimizer {
    const asked = optimizer ?? learningRate;
    if (this.rule?.asked === asked) return this.rule.optimizer;
    const rule = optimizer ?? gradientDescent({ learningRate });
    assertOptimizer('fit: the optimizer', rule);
    const started = rule.start(this.parameters);
    disposeReplaced(this.state.optimizerState, {});
    this.state.optimizerState = started;
    this.rule = { asked, optimizer: rule };
    return rule;
  }

  /** AL (n_y, m): the probabilities, or of an output of numbers these. */
  predictProb(X: Tensor2D): Tensor2D {
    assertInputs(this.network, X);
    const AL = tf.tidy(() => forward(this.network, this.parameters, X).AL);
    assertOutputs(AL);
    return AL;
  }

  /**
   * Behind a sigmoid 1 where AL > threshold, else 0 (n_y, m); behind a softmax the index of the likeliest
   * class (1, m); of any other output AL itself (n_y, m).
   *
   * @param threshold of a sigmoid's probabilities, 0.5 where it is not given
   */
  predict(X: Tensor2D, threshold?: number): Tensor2D {
    const { gives, name } = headOf(this.network).activation;
    if (
      threshold !== undefined &&
      (gives !== 'probability' || !(threshold >= 0 && threshold <= 1))
    ) {
      const cure = gives === 'probability' ? 'give one from 0 to 1' : `${name} takes none`;
      throw new ValueError(`predict: the threshold is ${threshold}; ${cure}.`);
    }
    return tf.tidy(() => predictions(this.predictProb(X), gives, threshold));
  }

  /**
   * How good `predict` is on X: of classes the accuracy, as `accuracyScore` says it; of numbers R², which
   * is 1 where all are right and 0 for the mean of Y in their place.
   *
   * Source: `score` of scikit-learn's classifiers and regressors.
   */
  score(X: Tensor2D, Y: Tensor2D): number {
    const { gives } = headOf(this.network).activation;
    if (gives !== 'number') return this.accuracyOf('score', X, Y);
    assertSamples(this.network, X, Y);
    return tf.tidy(() => rSquared(this.predictProb(X), Y));
  }

  /**
   * The share of labels that `predict` gets right, from 0 to 1: with several sigmoid outputs each of them
   * counts. Labels are 0 and 1.
   *
   * @throws ValueError for a network whose outputs are numbers: there is `score`.
   */
  accuracyScore(X: Tensor2D, Y: Tensor2D): number {
    return this.accuracyOf('accuracyScore', X, Y);
  }

  /** J on X and Y, with the L2 term. */
  costFunction(X: Tensor2D, Y: Tensor2D): number {
    assertSamples(this.network, X, Y);
    return tf.tidy(() => {
      const { caches } = forward(this.network, this.parameters, X);
      return cost(this.network, this.parameters, caches, Y).dataSync()[0];
    });
  }

  /**
   * Saves a tfjs LayersModel that `tf.loadLayersModel` opens, and the card, to a tfjs io handler or to a
   * folder; from a folder it is loaded back and compared before it counts.
   */
  async save(target: string | tf.io.IOHandler): Promise<void> {
    if (typeof target === 'string') {
      return saveModel(target, this.network, this.parameters, this.card);
    }
    if (!target.save) throw new ModelError('This io handler loads models, but does not save them.');
    await target.save(await toLayersModel(this.network, this.parameters, this.card));
  }

  /** A network from a LayersModel of dense layers, with its card, ready to predict or to go on with `fit`. */
  static async load(source: string | tf.io.IOHandler): Promise<DeepNeuralNetwork> {
    const model = await (typeof source === 'string' ? loadModel(source) : loadNetwork(source));
    const { nX, layers, loss, l2 } = model.network;
    const loaded = new DeepNeuralNetwork(
      [nX, ...layers.map(({ units }) => units)],
      layers.map(({ activation }) => activation),
      { loss, l2, parameters: model.params },
    );
    loaded.card = model.card;
    return loaded;
  }

  /** Frees the parameters. */
  dispose(): void {
    disposeReplaced(this.state.params, {});
    disposeReplaced(this.state.optimizerState, {});
    this.disposed = true;
  }

  private accuracyOf(where: string, X: Tensor2D, Y: Tensor2D): number {
    const head = headOf(this.network);
    const { gives, name } = head.activation;
    if (gives === 'number') {
      throw new ValueError(
        `${where}: ${name} with ${head.loss.name} gives numbers, of which none is right or wrong. Use score(X, Y), which is R² here.`,
      );
    }
    assertSamples(this.network, X, Y, { hard: true });
    return tf.tidy(() => accuracy(this.predictProb(X), Y, gives));
  }
}

const courseActivations = (L: number) =>
  Array.from({ length: L }, (_, i) => (i < L - 1 ? relu : sigmoid));

/** Parameters that are no numbers any more would pass for class 0. */
function assertOutputs(AL: Tensor2D): void {
  try {
    assertFinite('AL', AL);
  } catch (error) {
    AL.dispose();
    throw new NumericError(
      'The network gives outputs that are not finite: its parameters are not any more, or too large. Train it anew with a smaller learning rate.',
      { cause: error },
    );
  }
}

function assertList(what: string, value: unknown, such: string): void {
  if (Array.isArray(value)) return;
  throw new ValueError(`${what} are ${inWords(value)}; give a list, ${such}.`);
}
