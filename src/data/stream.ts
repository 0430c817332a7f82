import type { Tensor } from '@tensorflow/tfjs-core';
import type { Shape } from '../core/layer.js';
import { assertOptions, type Names } from '../core/options.js';
import { RandomState } from '../core/random.js';
import { everyIndex, type TensorOptions, tensorOptionNames, toTensors } from './prepare.js';
import type { SampleSet } from './sampleSet.js';

export interface StreamOptions extends TensorOptions {
  /** Samples at once: as many batches as fit. */
  readonly windowSize: number;
  /** Shuffles each epoch in an order of its own; without it the order stays. */
  readonly seed?: number;
  /** Changes pictures before they are scaled, such as mirroring them. */
  readonly change?: (
    values: Uint8Array | Float32Array,
    shape: Shape,
    random: RandomState,
  ) => Uint8Array | Float32Array;
}

const streamOptionNames: Names<StreamOptions> = {
  ...tensorOptionNames,
  ...{ windowSize: true, seed: true, change: true },
};

/**
 * Samples piece by piece, for `fit`: what does not fit in memory, or changes from epoch to epoch. The
 * same epoch gives the same samples each time.
 */
export function streamOf(
  set: SampleSet,
  options: StreamOptions,
): (epoch?: number) => AsyncGenerator<{ X: Tensor; Y: Tensor }, void> {
  assertOptions('streamOf', options, streamOptionNames);
  const { windowSize, seed, change, ...tensors } = options;
  return async function* (epoch = 0) {
    const random = new RandomState((Math.imul(seed ?? 0, 0x9e3779b1) + epoch) >>> 0);
    const order = seed === undefined ? everyIndex(set) : Int32Array.from(random.permutation(set.m));
    for (let from = 0; from < set.m; from += windowSize) {
      const indices = order.subarray(from, from + windowSize);
      const seen = change ? changed(set, (values) => change(values, set.shape, random)) : set;
      yield toTensors(seen, tensors, indices);
    }
  };
}

const changed = (
  set: SampleSet,
  change: (values: Uint8Array | Float32Array) => Uint8Array | Float32Array,
): SampleSet => ({ ...set, take: (indices) => change(set.take(indices)) });
