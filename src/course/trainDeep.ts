import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Activation } from '../core/activation.js';
import { sigmoid } from '../core/activations.js';
import type { Initializer } from '../core/initializers.js';
import { dense } from '../core/layers.js';
import { binaryCrossEntropy } from '../core/losses.js';
import { network } from '../core/network.js';
import { RandomState } from '../core/random.js';
import { initializeParametersDeep } from './buildingBlocks.js';
import { type Descent, descend, type FullDescentOptions } from './descend.js';
import { assertTwoClasses } from './labels.js';

/** The shape of a network for two classes, n_x, n_1, …, n_L, and where it starts. */
export interface DeepModel {
  readonly layersDims: readonly number[];
  /** g of the hidden layers; the last one is a sigmoid. */
  readonly hidden: Activation;
  readonly initializer: Initializer;
  readonly seed: number;
}

/**
 * (linear → g) L - 1 times → linear → σ, trained by gradient descent on X (n_x, m) and Y (1, m).
 *
 * The caller owns the parameters.
 *
 * @throws ShapeError where X and Y do not fit; ValueError for sizes below 1, labels other than 0 and 1,
 *   and a set of one class; and as `train` does.
 */
export async function trainDeep(
  X: Tensor2D,
  Y: Tensor2D,
  { layersDims, hidden, initializer, seed }: DeepModel,
  options: FullDescentOptions,
): Promise<Descent> {
  assertTwoClasses(X, Y);
  const [nX, ...units] = layersDims;
  const start = initializeParametersDeep(layersDims, new RandomState(seed), initializer);
  const layers = units.map((n, i) => dense(n, i < units.length - 1 ? hidden : sigmoid));
  return descend(network({ nX, layers, loss: binaryCrossEntropy }), start, X, Y, options);
}
