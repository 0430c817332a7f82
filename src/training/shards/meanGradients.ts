import type { Scalar } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { compile } from '../../compiled/compile.js';
import type { PlainStep } from '../../compiled/proof.js';
import { mapValues, type Step } from '../../compiled/step.js';
import { sampleAxisOf } from '../../core/inputs.js';
import { backward, cost, forward, type Network } from '../../core/network.js';
import { noiseOf } from '../../core/noise.js';
import { initialize } from '../../core/parameters.js';
import { pure } from '../../core/pure.js';
import { impureNetwork } from '../../core/purity.js';
import { RandomState } from '../../core/random.js';
import { type Params, scalar } from '../../core/tensors.js';
import type { Samples } from '../batches.js';
import { withoutTerms } from '../inParts.js';
import { countsOf, flatGradients, gradientsIn } from './flat.js';
import type { AllSamples, Takeable } from './takeable.js';
import type { Sum } from './tree.js';

/** What a network learns from some samples of a set. */
export interface MeanGradients {
  readonly network: Network;
  readonly samples: Takeable;
  /**
   * dJ/dW = 1/n Σ over the n samples with these numbers, and their J, both without L1 and L2 terms. `noise` has
   * the draws of these samples, if a layer needs any.
   */
  of(params: Params, indices: Int32Array, noise?: Params): Sum;
  /** Frees the recording. Calling it again does nothing. */
  dispose(): void;
}

/**
 * By a recorded step where the network can be recorded and the samples lie on the backend, else as it is written.
 * Which of them depends on the network, the samples and the machine alone, so that whoever computes a shard, and
 * whenever, gets the same bits. The caller keeps the samples.
 */
export async function meanGradients(network: Network, samples: Takeable): Promise<MeanGradients> {
  const net = withoutTerms(network);
  const draws = Object.keys(noiseOf(net)).length > 0;
  const { tensors } = samples;
  const recorded =
    tensors && !draws && impureNetwork(net) === undefined
      ? await recordedOn(net, samples, tensors)
      : undefined;
  return { network, samples, ...(recorded ?? written(net, samples)) };
}

type Means = Pick<MeanGradients, 'of' | 'dispose'>;

const written = (network: Network, samples: Takeable): Means => ({
  of: (params, indices, noise) => {
    const after = tf.tidy(() => gradients(network, params, { ...samples.take(indices), noise }));
    return readAndFree(network, after);
  },
  dispose: () => {},
});

/** { dW1, db1, …, J }. Call inside a `tf.tidy`. */
function gradients(network: Network, params: Params, { X, Y, ...given }: Samples) {
  const { caches } = forward(network, params, X, { training: true, ...given });
  const J: Scalar = cost(network, params, caches, Y);
  return { ...backward(network, params, caches, Y), J };
}

function readAndFree(network: Network, after: Params): Sum {
  const sum = { values: flatGradients(network, after), cost: after.J.dataSync()[0] };
  tf.dispose({ ...after });
  return sum;
}

/** The size that is proved when a network is recorded; others follow when they come. */
const provedFirst = 32;

/**
 * The step (W, dW, J) → (W, dJ/dW, J), recorded. It is proved against what is written on parameters that are drawn
 * with seed 1, each size when it first comes: the parameters of the moment would let a worker that comes later
 * judge otherwise. Sizes that fail run as written.
 */
async function recordedOn(
  network: Network,
  samples: Takeable,
  { X, Y, axes }: AllSamples,
): Promise<Means | undefined> {
  const drawn = initialize(network, new RandomState(1));
  const zeros = new Float32Array(countsOf(network).gradients);
  const room: Params = { ...gradientsIn(network, zeros), J: scalar(0) };
  const free = () => tf.dispose([{ ...drawn }, { ...room }]);
  const step = stepOf(network, drawn, axes.X);
  const plain = plainOf(network, drawn, samples);
  const batchSize = Math.min(provedFirst, samples.m);
  const recording = await compile(step, { ...drawn, ...room }, X, Y, { axes, batchSize, plain })
    .catch((error) => { free(); throw error; }); // biome-ignore format: one thought
  if ('refused' in recording) {
    free();
    return undefined;
  }
  const run = (params: Params, indices: Int32Array) =>
    recording.runBatches({ ...params, ...room }, [indices]);
  const proved = new Set<number>();
  return {
    of: (params, indices) => {
      const n = indices.length;
      if (!proved.has(n)) tf.dispose(run(drawn, indices.map((_, j) => j))); // biome-ignore format: one line
      proved.add(n);
      return readAndFree(network, run(params, indices));
    },
    dispose: () => {
      recording.dispose();
      free();
    },
  };
}

const paramsIn = (values: Params, drawn: Params): Params =>
  Object.fromEntries(Object.keys(drawn).map((name) => [name, values[name]]));

/** Gradients and J are values as the parameters are, which pass through. */
function stepOf(network: Network, drawn: Params, axis: 0 | 1): Step {
  const turns = axis === 0 && sampleAxisOf(network) === 1; // X comes as Xᵀ (m, n_x)
  return pure((values, X, Y, XT) => {
    const params = paramsIn(values, drawn);
    const given = turns ? { X: tf.transpose(X), XT: X } : { X, XT };
    return { ...params, ...gradients(network, params, { ...given, Y }) };
  });
}

/** On samples as they are taken, and so the proof is of them too. */
const plainOf =
  (network: Network, drawn: Params, samples: Takeable): PlainStep =>
  (values, batch) =>
    tf.tidy(() => {
      const params = paramsIn(values, drawn);
      const after = gradients(network, params, samples.take(batch!));
      return mapValues({ ...params, ...after }, (P) => tf.clone(P)); // results are always new
    });
