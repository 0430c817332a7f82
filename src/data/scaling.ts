import { ValueError } from '../core/errors.js';
import { type Layer, sizeOf } from '../core/layer.js';
import { normalization } from '../core/layers/normalization.js';
import type { SampleSet } from './sampleSet.js';

/** How the numbers of samples become inputs: as they are, from 0 to 1, or around 0 with deviation 1. */
export type Scale = 'none' | 'unit' | 'standard';

export const scales: readonly Scale[] = ['none', 'unit', 'standard'];

/** Fitted on training samples alone. */
export interface Scaling {
  readonly scale: Scale;
  /** What each number is divided by first: 255 for bytes, unless the scale is none. */
  readonly divisor: 1 | 255;
  /** Then this layer comes, the network's first. */
  readonly layer?: Layer;
}

/** Bytes of pictures from 0 to 1; columns of a table, each around 0; else numbers as they are. */
export function defaultScale(set: SampleSet): Scale {
  if (set.shape.length > 1) return 'unit';
  return isBytes(set) ? 'unit' : 'standard';
}

/**
 * The scaling of samples by their own statistics. Give the training samples alone, so that the test
 * set stays unseen. Channels of pictures share a mean; what never changes keeps its deviation, 1.
 *
 * @throws ValueError for an unknown scale.
 */
export function fitScaling(train: SampleSet, scale: Scale = defaultScale(train)): Scaling {
  if (!scales.includes(scale)) {
    throw new ValueError(`The scale is ${String(scale)}; choose from ${scales.join(', ')}.`);
  }
  const divisor = isBytes(train) && scale !== 'none' ? 255 : 1;
  const done = scale === 'none' || (scale === 'unit' && (divisor === 255 || isUnit(train)));
  if (done) return { scale, divisor };
  const features = train.shape.at(-1)!;
  const { mean, variance, min, max } = statistics(train, features, divisor);
  const spread = (value: number) => (value > 0 ? value : 1);
  const layer =
    scale === 'standard'
      ? normalization({ mean, variance: variance.map(spread) })
      : normalization({ mean: min, variance: max.map((most, k) => spread((most - min[k]) ** 2)) });
  return { scale, divisor, layer };
}

const isBytes = (set: SampleSet): boolean => set.take([0]) instanceof Uint8Array;

/** Whether every number is from 0 to 1 already, as of pictures in floats. */
const isUnit = (set: SampleSet): boolean => {
  for (const values of chunks(set)) {
    if (!values.every((value) => value >= 0 && value <= 1)) return false;
  }
  return true;
};

const chunkSize = 256;

function* chunks(set: SampleSet): Generator<Uint8Array | Float32Array> {
  for (let from = 0; from < set.m; from += chunkSize) {
    const count = Math.min(chunkSize, set.m - from);
    yield set.take(Int32Array.from({ length: count }, (_, i) => from + i));
  }
}

/** Of each feature, in double precision: the mean first, then the squares around it. */
function statistics(set: SampleSet, features: number, divisor: number) {
  const per = (sizeOf(set.shape) / features) * set.m;
  const list = (start: number) => new Array<number>(features).fill(start);
  const [mean, variance, min, max] = [list(0), list(0), list(Infinity), list(-Infinity)];
  const each = (f: (value: number, k: number) => void) => {
    for (const values of chunks(set)) {
      for (let i = 0; i < values.length; i++) f(values[i] / divisor, i % features);
    }
  };
  each((value, k) => {
    mean[k] += value / per;
    if (value < min[k]) min[k] = value;
    if (value > max[k]) max[k] = value;
  });
  each((value, k) => {
    variance[k] += (value - mean[k]) ** 2 / per;
  });
  return { mean, variance, min, max };
}
