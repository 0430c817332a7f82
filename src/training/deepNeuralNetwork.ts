import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type Activation, relu, sigmoid, softmax } from '../core/activations.js';
import { ModelError, ShapeError, ValueError } from '../core/errors.js';
import { course, type Initializer } from '../core/initializers.js';
import { dense } from '../core/layers.js';
import { binaryCrossEntropy, type Loss } from '../core/losses.js';
import {
  checkParameters,
  cost,
  forward,
  initialize,
  type Network,
  network,
} from '../core/network.js';
import { gradientDescent, type Optimizer } from '../core/optimizers.js';
import { RandomState } from '../core/random.js';
import type { Schedule } from '../core/schedules.js';
import { disposeReplaced, type Params } from '../core/tensors.js';
import { folder } from '../export/files.js';
import { toLayersModel } from '../export/layersModel.js';
import { loadNetwork, saveModel } from '../export/modelFolder.js';
import { automatic } from './automatic.js';
import type { TrainingState } from './step.js';
import { type History, type TrainOptions, train } from './train.js';

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

/** Without `iterations` and `epochs`: 2,500 iterations. */
export interface FitOptions extends TrainOptions {
  /** For gradient descent. Default: 0.0075, as in the course. */
  readonly learningRate?: number | Schedule;
  /** Instead of gradient descent. Given again, it goes on from what it remembers. */
  readonly optimizer?: Optimizer;
}

/**
 * A deep network as the course's notes have it: `new DeepNeuralNetwork([12288, 20, 7, 5, 1])`,
 * `fit`, `predict`, `accuracyScore`. Samples are columns in X (n_x, m) and Y (n_y, m).
 *
 * It owns its parameters: call `dispose` when done. What its methods return is the caller's.
 */
export class DeepNeuralNetwork {
  readonly network: Network;
  private readonly state: TrainingState;
  /** Drew the starting weights, and draws the order of the samples: it goes on from fit to fit. */
  private readonly random: RandomState;
  /** Whose memory the state holds, and what was asked for: another one starts anew. */
  private rule: { readonly asked: unknown; readonly optimizer: Optimizer } | undefined;
  private disposed = false;

  /**
   * @param sizes n_x, n_1, …, n_L
   * @param activations one for each layer; default: relu, and a sigmoid at the end
   * @throws ValueError where the two do not fit together
   */
  constructor(
    sizes: readonly number[],
    activations: readonly Activation[] = courseActivations(sizes.length - 1),
    {
      loss = binaryCrossEntropy,
      initializer = course,
      l2,
      seed = 1,
      parameters,
    }: NetworkOptions = {},
  ) {
    const [nX, ...units] = sizes;
    if (activations.length !== units.length) {
      throw new ValueError(
        `DeepNeuralNetwork: ${units.length} layers, but ${activations.length} activations; give one for each layer.`,
      );
    }
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
   */
  async fit(
    X: Tensor2D,
    Y: Tensor2D,
    { learningRate = 0.0075, optimizer, ...options }: FitOptions = {},
  ): Promise<History> {
    const duration = options.epochs === undefined ? { iterations: 2500 } : {};
    const rule = this.ruleOf(optimizer, learningRate);
    return train(this.network, rule, this.state, X, Y, {
      plan: automatic,
      random: this.random,
      ...duration,
      ...options,
    });
  }

  /** The rule of the last fit where the same is asked for; else another one, which starts anew. */
  private ruleOf(optimizer: Optimizer | undefined, learningRate: number | Schedule): Optimizer {
    const asked = optimizer ?? learningRate;
    if (this.rule?.asked === asked) return this.rule.optimizer;
    const rule = optimizer ?? gradientDescent({ learningRate });
    const started = rule.start(this.parameters);
    disposeReplaced(this.state.optimizerState, {});
    this.state.optimizerState = started;
    this.rule = { asked, optimizer: rule };
    return rule;
  }

  /** AL (n_y, m), the probabilities. */
  predictProb(X: Tensor2D): Tensor2D {
    return tf.tidy(() => forward(this.network, this.parameters, X).AL);
  }

  /** 1 where AL > threshold, else 0 (n_y, m); behind a softmax the index of the likeliest class (1, m). */
  predict(X: Tensor2D, threshold = 0.5): Tensor2D {
    return tf.tidy(() => this.decide(this.predictProb(X), threshold));
  }

  /** The share of labels that `predict` gets right, from 0 to 1. */
  accuracyScore(X: Tensor2D, Y: Tensor2D): number {
    return tf.tidy(() => {
      const AL = this.predictProb(X);
      if (String(AL.shape) !== String(Y.shape)) {
        throw new ShapeError(
          `accuracyScore: the network gives (${AL.shape.join(', ')}) but Y is (${Y.shape.join(', ')}).`,
        );
      }
      const prediction = this.decide(AL, 0.5);
      const truth = this.decide(Y, 0.5);
      const right = tf.sum(tf.cast(tf.equal(prediction, truth), 'int32')).dataSync()[0];
      return right / truth.size;
    });
  }

  /** J on X and Y, with the L2 term. */
  costFunction(X: Tensor2D, Y: Tensor2D): number {
    return tf.tidy(() => {
      const { caches } = forward(this.network, this.parameters, X);
      return cost(this.network, this.parameters, caches, Y).dataSync()[0];
    });
  }

  /**
   * Saves a tfjs LayersModel that `tf.loadLayersModel` opens, to a tfjs io handler or to a folder;
   * from a folder it is loaded back and compared before it counts.
   */
  async save(target: string | tf.io.IOHandler): Promise<void> {
    if (typeof target === 'string') return saveModel(target, this.network, this.parameters);
    if (!target.save) throw new ModelError('This io handler loads models, but does not save them.');
    await target.save(await toLayersModel(this.network, this.parameters));
  }

  /** A network from a LayersModel of dense layers, ready to predict or to go on with `fit`. */
  static async load(source: string | tf.io.IOHandler): Promise<DeepNeuralNetwork> {
    const handler = typeof source === 'string' ? folder(source) : source;
    const { network, params: parameters } = await loadNetwork(handler);
    const { nX, layers, loss, l2 } = network;
    return new DeepNeuralNetwork(
      [nX, ...layers.map(({ units }) => units)],
      layers.map(({ activation }) => activation),
      { loss, l2, parameters },
    );
  }

  /** Frees the parameters. */
  dispose(): void {
    disposeReplaced(this.state.params, {});
    disposeReplaced(this.state.optimizerState, {});
    this.disposed = true;
  }

  private decide(A: Tensor2D, threshold: number): Tensor2D {
    if (this.network.layers.at(-1)!.activation === softmax) {
      return tf.cast(tf.expandDims(tf.argMax(A, 0), 0), 'float32'); // (1, m)
    }
    return tf.cast(tf.greater(A, threshold), 'float32'); // (n_y, m)
  }
}

const courseActivations = (L: number) =>
  Array.from({ length: L }, (_, i) => (i < L - 1 ? relu : sigmoid));
