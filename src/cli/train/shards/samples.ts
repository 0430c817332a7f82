import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../../../core/network.js';
import { type TensorOptions, toTensors } from '../../../data/prepare.js';
import type { SampleSet } from '../../../data/sampleSet.js';
import type { Takeable } from '../../../training/shards/takeable.js';
import { weightedNetwork, withWeights } from '../../../training/weights.js';

/** What a class's samples count, by label. */
export type ClassWeight = Readonly<Record<number, number>> | undefined;

/** Training samples of which shards are taken as they are needed: scaled, and with their weights. */
export const samplesOf = (
  set: SampleSet,
  tensors: TensorOptions,
  network: Network,
  classWeight: ClassWeight,
): Takeable => ({
  m: set.m,
  take: (indices) => {
    const { X, Y } = toTensors(set, tensors, indices);
    if (!classWeight) return { X, Y };
    const both = withWeights(network, Y, { classWeight }); // (n_y + 1, m)
    tf.dispose(Y);
    return { X, Y: both };
  },
});

/** The network whose loss takes the labels of `samplesOf`. */
export const lossOf = (network: Network, classWeight: ClassWeight): Network =>
  classWeight ? weightedNetwork(network) : network;
