import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { sizeOf } from '../../core/layer.js';
import { everyIndex, type TensorOptions, toTensors } from '../../data/prepare.js';
import type { SampleSet } from '../../data/sampleSet.js';
import { streamOf } from '../../data/stream.js';
import type { Judged } from '../../training/evaluation.js';
import type { SampleStream } from '../../training/sampleStream.js';
import type { StepSource } from '../../training/stepSource.js';
import type { TrainOptions } from '../commands/train.js';
import { changeOf } from './augment.js';

/** More bytes of floats than this come piece by piece. */
const maxBytes = 2 ** 27;
/** Bytes of floats in a piece. */
const windowBytes = 2 ** 24;

/** What a run trains on: all at once, or piece by piece. */
export type Feed =
  | { readonly X: Tensor; readonly Y: Tensor; dispose(): void }
  | { readonly dataset: SampleStream; dispose(): void };

/** What a run trains on, or who makes its steps. */
export type FitSource = Feed | { readonly source: StepSource };

/** The training samples: in pieces where they are too large for memory, or change each epoch. */
export function feedOf(
  set: SampleSet,
  tensors: TensorOptions,
  { augment, seed }: Pick<TrainOptions, 'augment' | 'seed'>,
  batchSize: number | undefined,
): Feed {
  if (!augment && floatsOf(set) <= maxBytes) {
    const { X, Y } = toTensors(set, tensors);
    return { X, Y, dispose: () => tf.dispose([X, Y]) };
  }
  const change = augment && changeOf(augment);
  const windowSize = windowOf(set, batchSize ?? 32);
  const dataset = streamOf(set, { ...tensors, windowSize, seed, change });
  return { dataset, dispose: () => {} };
}

/** Samples to judge by, as they are. */
export function judgedOf(set: SampleSet, tensors: TensorOptions): Judged & { dispose?(): void } {
  if (floatsOf(set) <= maxBytes / 4) {
    const { X, Y } = toTensors(set, tensors);
    return { X, Y, dispose: () => tf.dispose([X, Y]) };
  }
  return streamOf(set, { ...tensors, windowSize: windowOf(set, 32) });
}

const floatsOf = (set: SampleSet) => 4 * set.m * sizeOf(set.shape);

/** Whole batches that fit in a piece. */
function windowOf(set: SampleSet, batchSize: number): number {
  const fitting = Math.floor(windowBytes / (4 * sizeOf(set.shape)) / batchSize);
  return batchSize * Math.max(1, fitting);
}

/** Some samples, spread over all of them. The caller owns them. */
export function spread(set: SampleSet, tensors: TensorOptions, most: number) {
  const m = Math.min(set.m, most);
  const every = everyIndex(set);
  return toTensors(
    set,
    tensors,
    Int32Array.from({ length: m }, (_, j) => every[Math.floor((j * set.m) / m)]),
  );
}
