import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Activated } from '../../src/core/activation.js';
import { sigmoid, softmax } from '../../src/core/activations.js';
import { dense } from '../../src/core/layers.js';
import { binaryCrossEntropy, categoricalCrossEntropy } from '../../src/core/losses.js';
import { cost, forward, initialize, type Network, network } from '../../src/core/network.js';
import { gradientDescent } from '../../src/core/optimizers.js';
import { RandomState } from '../../src/core/random.js';
import { disposeReplaced, matrix, type Params } from '../../src/core/tensors.js';
import { type PlanarSet, planarMatrices } from '../../src/data/planar.js';
import { step, type TrainingState } from '../../src/training/step.js';
import { choiceOf } from './sets.js';
import { hiddenActivations, type Settings, starts } from './settings.js';

/** Numbers read back from a matrix, row by row. */
export interface Numbers {
  readonly values: Float32Array;
  readonly shape: readonly [rows: number, columns: number];
}

/** What the page says of the network as a whole. */
export interface Score {
  readonly cost: number;
  /** The share of the samples that it puts in the right class. */
  readonly accuracy: number;
}

/**
 * A network in training on a planar set: it owns its tensors, X (2, m), Y (n_y, m) and the parameters,
 * and no step leaves another one behind.
 */
export class Experiment {
  readonly set: PlanarSet;
  readonly network: Network;
  readonly X: Tensor2D; // (2, m)
  readonly Y: Tensor2D; // (n_y, m)
  /** Updates that were made. */
  iteration = 0;
  rate: number;
  private readonly state: TrainingState;
  private readonly XT: Tensor2D; // (m, n_x)

  /** From the settings alone: the same settings give the same numbers. @throws ValueError */
  constructor(settings: Settings) {
    const { set, points, noise, hidden, start, rate, seed } = settings;
    const { initializer } = starts[start];
    this.set = choiceOf(set).draw(points, noise);
    const isBinary = this.set.classes === 2;
    const output = isBinary
      ? dense(1, sigmoid, initializer)
      : dense(this.set.classes, softmax, initializer);
    this.network = network({
      nX: 2,
      layers: [
        ...hidden.map(({ units, activation }) =>
          dense(units, hiddenActivations.get(activation), initializer),
        ),
        output,
      ],
      loss: isBinary ? binaryCrossEntropy : categoricalCrossEntropy,
    });
    this.rate = rate;
    this.state = { params: initialize(this.network, new RandomState(seed)), optimizerState: {} };
    const { X, Y } = planarMatrices(this.set);
    this.X = X;
    this.Y = Y;
    this.XT = tf.transpose(X);
  }

  get params(): Params {
    return this.state.params;
  }

  /** Forward, backward, W := W - α dW, b := b - α db; an error leaves the parameters as they were. */
  step(): void {
    const { network, state, X, Y, XT, rate } = this;
    step(network, gradientDescent({ learningRate: rate }), state, { X, Y, XT });
    this.iteration++;
  }

  /** J and the accuracy of the parameters as they are. */
  async score(): Promise<Score> {
    const { network, params, X, Y } = this;
    const [J, AL] = tf.tidy(() => {
      const { AL, caches } = forward(network, params, X);
      return [cost(network, params, caches, Y), AL] as const;
    });
    const [[value], output] = await read([J, AL]);
    return { cost: value, accuracy: this.share(output) };
  }

  /** Z[L] of the points of a grid G (2, n), and where it is wanted A of the layers before. */
  async over(
    G: Tensor2D,
    { wantsHidden = false } = {},
  ): Promise<{ ZL: Numbers; hidden: Numbers[] }> {
    const tensors = tf.tidy(() => {
      const { caches } = forward(this.network, this.params, G);
      const activated = caches.flatMap(({ cache }) =>
        'Z' in (cache as object) ? [cache as Activated] : [],
      );
      const hidden = wantsHidden ? activated.slice(0, -1).map(({ A }) => A) : [];
      return [activated.at(-1)!.Z, ...hidden];
    });
    const shapes = tensors.map(({ shape }) => shape as [number, number]);
    const values = await read(tensors);
    const [ZL, ...hidden] = values.map((values, i) => ({ values, shape: shapes[i] }));
    return { ZL, hidden };
  }

  dispose(): void {
    disposeReplaced({ ...this.params, X: this.X, Y: this.Y, XT: this.XT }, {});
  }

  /** Of the samples, those whose most probable class is theirs. */
  private share(AL: Float32Array): number {
    const { labels, m, classes } = this.set;
    const predicted = (i: number) =>
      classes === 2 ? Number(AL[i] > 0.5) : winner((k) => AL[k * m + i], classes);
    return labels.filter((label, i) => predicted(i) === label).length / m;
  }
}

/** The k from 0 to n - 1 with the largest value. */
export function winner(of: (k: number) => number, n: number): number {
  let best = 0;
  for (let k = 1; k < n; k++) if (of(k) > of(best)) best = k;
  return best;
}

/** The points of a square as a matrix G (2, side²), row by row from below. The caller owns it. */
export function gridOf(square: Square, side: number): Tensor2D {
  const at = (i: number) => (i / (side - 1)) * square.width;
  const xs = Array.from({ length: side * side }, (_, i) => square.left + at(i % side));
  const ys = Array.from(
    { length: side * side },
    (_, i) => square.bottom + at(Math.floor(i / side)),
  );
  return matrix([...xs, ...ys], [2, side * side]);
}

/** A square of the plane. */
export interface Square {
  readonly left: number;
  readonly bottom: number;
  readonly width: number;
}

/** The square about the points, with a margin. */
export function squareAbout({ X, m }: PlanarSet): Square {
  const extent = (values: Float64Array) => [Math.min(...values), Math.max(...values)];
  const [left, right] = extent(X.subarray(0, m));
  const [bottom, top] = extent(X.subarray(m));
  const width = 1.12 * Math.max(right - left, top - bottom);
  return { left: (left + right - width) / 2, bottom: (bottom + top - width) / 2, width };
}

/** Reads tensors back and frees them. */
export async function read(tensors: readonly tf.Tensor[]): Promise<Float32Array[]> {
  try {
    return await Promise.all(tensors.map((tensor) => tensor.data<'float32'>()));
  } finally {
    tf.dispose(tensors as tf.Tensor[]);
  }
}
