import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { labelAxisOf, sampleAxisOf } from '../../../core/inputs.js';
import { sizeOf } from '../../../core/layer.js';
import type { Network } from '../../../core/network.js';
import { type TensorOptions, toTensors } from '../../../data/prepare.js';
import type { SampleSet } from '../../../data/sampleSet.js';
import { splitInBatches } from '../../../training/batches.js';
import { type Takeable, takeableRows } from '../../../training/shards/takeable.js';
import { weightedNetwork, withWeights } from '../../../training/weights.js';

/** What a class's samples count, by label. */
export type ClassWeight = Readonly<Record<number, number>> | undefined;

/** Samples of a run: some of them hold tensors. */
export interface ShardSamples extends Takeable {
  dispose(): void;
}

/** Sets up to this size lie on the backend as they are trained on; of others, shards are prepared in each step. */
const heldBytes = 2 ** 30;

/** Training samples of which shards are taken: scaled, and with their weights. The caller disposes of them. */
export function samplesOf(
  set: SampleSet,
  tensors: TensorOptions,
  network: Network,
  classWeight: ClassWeight,
  held = heldBytes,
): ShardSamples {
  const prepared: Takeable = {
    m: set.m,
    take: (indices) => {
      const { X, Y } = toTensors(set, tensors, indices);
      if (!classWeight) return { X, Y };
      const both = withWeights(network, Y, { classWeight }); // (n_y + 1, m)
      tf.dispose(Y);
      return { X, Y: both };
    },
  };
  const bytes = 4 * set.m * sizeOf(set.shape);
  return bytes <= held ? heldAsRows(prepared, network) : { ...prepared, dispose: () => {} };
}

const preparedAtOnce = 4096;

/** All samples, each in one piece of memory. */
function heldAsRows(samples: Takeable, network: Network): ShardSamples {
  const turns = sampleAxisOf(network) === 1;
  const parts = splitInBatches(samples.m, preparedAtOnce).map((indices) =>
    tf.tidy(() => {
      const { X, Y } = samples.take(indices);
      return { rows: turns ? tf.transpose(X) : X, Y }; // (m of the part, n_x), or (m of the part, …)
    }),
  );
  const joined = (list: readonly Tensor[], axis: number) => {
    const all = tf.concat([...list], axis);
    tf.dispose([...list]);
    return all;
  };
  const rows = joined(parts.map((part) => part.rows), 0); // biome-ignore format: one line
  const Y = joined(parts.map((part) => part.Y), labelAxisOf(network)); // biome-ignore format: one line
  return {
    ...takeableRows(network, { rows, Y }),
    dispose: () => tf.dispose([rows, Y]),
  };
}

/** The network whose loss takes the labels of `samplesOf`. */
export const lossOf = (network: Network, classWeight: ClassWeight): Network =>
  classWeight ? weightedNetwork(network) : network;
