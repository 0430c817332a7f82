import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Network } from '../core/network.js';
import { gradientDescent } from '../core/optimizers.js';
import { assertOptions, type Names } from '../core/options.js';
import { disposeReplaced, type Params } from '../core/tensors.js';
import { automatic } from '../training/automatic.js';
import type { TrainingState } from '../training/step.js';
import { type TrainOptions, train } from '../training/train.js';

/** What the notes' models take besides their data; each has its own defaults. */
export interface DescentOptions extends Pick<TrainOptions, 'onEpochEnd' | 'signal' | 'plan'> {
  readonly numIterations?: number;
  readonly learningRate?: number;
  /** The cost of every so many iterations is kept. */
  readonly costEvery?: number;
  /** Called with each cost that is kept, and with that of the last iteration: the notes print them. */
  readonly onCost?: (iteration: number, cost: number) => void;
}

/** The same, with the defaults of a model put in. */
export type FullDescentOptions = DescentOptions &
  Required<Pick<DescentOptions, 'numIterations' | 'learningRate' | 'costEvery'>>;

const optionNames: Names<DescentOptions> = {
  ...{ numIterations: true, learningRate: true, costEvery: true, onCost: true },
  ...{ onEpochEnd: true, signal: true, plan: true },
};

/** A trained model: { W1, b1, … }, the caller's, and the costs that were kept. */
export interface Descent {
  readonly parameters: Params;
  readonly costs: number[];
}

/**
 * The loop of every model in the notes, by the training step: forward, cost, backward, update. It
 * takes `start` over, and frees it where anything throws.
 *
 * @throws as `train` does; ValueError for the learning rate.
 */
export async function descend(
  network: Network,
  start: Params,
  X: Tensor2D,
  Y: Tensor2D,
  options: FullDescentOptions,
): Promise<Descent> {
  const state: TrainingState = { params: start, optimizerState: {} };
  try {
    assertOptions('course1', options, optionNames);
    const { numIterations, learningRate, costEvery, onCost, onEpochEnd, ...others } = options;
    const { epoch, history } = await train(
      network,
      gradientDescent({ learningRate }),
      state,
      X,
      Y,
      {
        plan: automatic,
        ...others,
        iterations: numIterations,
        costEvery,
        onEpochEnd: (iteration, cost) => {
          if (cost !== undefined) onCost?.(iteration, cost);
          onEpochEnd?.(iteration, cost);
        },
      },
    );
    const costs = history.cost.filter((_, i) => epoch[i] % costEvery === 0);
    return { parameters: state.params, costs };
  } catch (error) {
    disposeReplaced(state.params, {});
    throw error;
  }
}
