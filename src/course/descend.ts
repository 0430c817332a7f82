import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Network } from '../core/network.js';
import { gradientDescent } from '../core/optimizers.js';
import { assertOptions, type Names } from '../core/options.js';
import { disposeReplaced, type Params } from '../core/tensors.js';
import { automatic } from '../training/automatic.js';
import type { TrainOptions } from '../training/options.js';
import type { TrainingState } from '../training/step.js';
import { train } from '../training/train.js';

/** Training options of the notes' models; each model has its own defaults. */
export interface DescentOptions
  extends Pick<TrainOptions, 'onEpochEnd' | 'callbackEvery' | 'onProgress' | 'signal' | 'plan'> {
  readonly numIterations?: number;
  readonly learningRate?: number;
  /** The cost is recorded every `costEvery` iterations. */
  readonly costEvery?: number;
  /** Called with each recorded cost and with the last one, which the notes print. */
  readonly onCost?: (iteration: number, cost: number) => void;
}

/** The options with a model's defaults filled in. */
export type FullDescentOptions = DescentOptions &
  Required<Pick<DescentOptions, 'numIterations' | 'learningRate' | 'costEvery'>>;

const optionNames: Names<DescentOptions> = {
  ...{ numIterations: true, learningRate: true, costEvery: true, onCost: true },
  ...{ onEpochEnd: true, callbackEvery: true, onProgress: true, signal: true, plan: true },
};

/** A trained model: { W1, b1, … }, the caller's, and the costs that were kept. */
export interface Descent {
  readonly parameters: Params;
  readonly costs: number[];
}

/**
 * The training loop of every model in the notes: forward, cost, backward, update. Takes ownership of
 * `start` and frees it on error.
 *
 * @throws as `train`; ValueError for an invalid learning rate.
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
    assertOptions('course', options, optionNames);
    const { numIterations, learningRate, costEvery, onCost, onProgress, ...others } = options;
    let told = -1;
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
        onProgress: (progress) => {
          const { epoch, cost } = progress;
          if (epoch > told) onCost?.(epoch, cost);
          told = epoch;
          onProgress?.(progress);
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
