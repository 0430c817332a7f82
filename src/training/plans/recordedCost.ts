import type { Scalar } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { compile } from '../../compiled/compile.js';
import type { Step } from '../../compiled/step.js';
import { countOf, labelAxisOf, sampleAxisOf } from '../../core/inputs.js';
import { cost, forward } from '../../core/network.js';
import { pure } from '../../core/pure.js';
import type { Params } from '../../core/tensors.js';
import type { Samples } from '../batches.js';
import type { Task } from '../plan.js';
import { costOf, samplesAtOnce } from '../step.js';

/** J of all samples, as the network predicts them. */
export interface CostOfAll {
  /** The caller owns J. */
  of(params: Params): Scalar;
  dispose(): void;
}

/** For fewer costs a recording would not pay. */
const minCosts = 20;

/**
 * J of all samples as a recording, where a run wants it often: of a small network it costs as much
 * as a few steps. Computed as it is written if the samples are too many for memory at once, or it
 * cannot be recorded. `samples` may change between calls only if there is no recording.
 */
export async function recordedCost(task: Task, samples: Samples): Promise<CostOfAll> {
  const { network, state, X, Y, costs = 0, isStream } = task;
  const plain = {
    of: (params: Params) => costOf(network, params, samples.X, samples.Y),
    dispose: () => {},
  };
  const isFew = costs < minCosts || isStream;
  if (isFew || countOf(network, X) > samplesAtOnce(network)) return plain;
  // J is a value as the parameters are, which pass through.
  const step: Step = pure(({ J: _, ...params }, X, Y) => ({
    ...params,
    J: cost(network, params, forward(network, params, X).caches, Y),
  }));
  const J = tf.scalar(0);
  const axes = { X: sampleAxisOf(network), Y: labelAxisOf(network) };
  const recording = await compile(step, { ...state.params, J }, X, Y, { axes }).catch((error) => {
    J.dispose();
    throw error;
  });
  if ('refused' in recording) {
    J.dispose();
    return plain;
  }
  return {
    of: (params) => {
      const { J: cost, ...same } = recording.run({ ...params, J }, 1);
      tf.dispose(same);
      return cost as Scalar;
    },
    dispose: () => {
      recording.dispose();
      J.dispose();
    },
  };
}
