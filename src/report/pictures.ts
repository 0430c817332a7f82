import { ValueError } from '../core/errors.js';
import type { Dataset } from '../data/dataset.js';
import { encodePng } from '../data/encodePng.js';
import { type PictureSet, pictureAt, pictureSize } from '../data/pictureSet.js';
import { base64 } from './base64.js';
import type { Gallery, GalleryPicture } from './figure.js';

/*
 * Pictures of a data set as galleries show them, and what makes some of them hard.
 */

type Size = Pick<PictureSet, 'height' | 'width'> & {
  /** 1 for grey, 3 for RGB. Default: 3. */
  readonly channels?: number;
};

/** The bytes of a picture as the data URI of a PNG. */
export function pictureUri(data: Uint8Array, { height, width, channels = 3 }: Size): string {
  const rgb =
    channels === 1
      ? Uint8Array.from({ length: 3 * data.length }, (_, i) => data[Math.floor(i / 3)])
      : data;
  const png = encodePng({ data: rgb, width, height });
  return `data:image/png;base64,${base64(png)}`;
}

/** @throws ValueError where the set has no picture of that index. */
export function pictureByIndex(set: PictureSet, index: number): Uint8Array {
  if (!Number.isInteger(index) || index < 0 || index >= set.m) {
    throw new ValueError(
      `There is no picture ${index}: the set has ${set.m}. Give an index from 0 to ${set.m - 1}.`,
    );
  }
  return pictureAt(set, index);
}

/** What makes a picture hard, in units of the byte, 0 to 255. */
export interface Measures {
  /** The mean of its bytes. */
  readonly brightness: number;
  /** Their standard deviation. */
  readonly contrast: number;
  /** The root mean square distance from the mean picture of the training set. */
  readonly distance: number;
}

export function measure(picture: Uint8Array, mean: Float64Array): Measures {
  const n = picture.length;
  const brightness = picture.reduce((sum, v) => sum + v, 0) / n;
  const meanSquare = (f: (v: number, i: number) => number) =>
    Math.sqrt(picture.reduce((sum, v, i) => sum + f(v, i) ** 2, 0) / n);
  return {
    brightness,
    contrast: meanSquare((v) => v - brightness),
    distance: meanSquare((v, i) => v - mean[i]),
  };
}

export function meanPicture(set: PictureSet): Float64Array {
  const mean = new Float64Array(pictureSize(set));
  for (let i = 0; i < set.m; i++) {
    pictureAt(set, i).forEach((v, k) => {
      mean[k] += v / set.m;
    });
  }
  return mean;
}

/** A measure of one picture among those of all: its share, from 0 to 1, that lies below. */
const rank = (value: number, all: readonly number[]) =>
  all.filter((other) => other < value).length / all.length;

/** Each extreme, and the note's word for what makes such a picture hard. */
const extremes: readonly [keyof Measures, 'low' | 'high', string][] = [
  ['brightness', 'low', 'dark'],
  ['brightness', 'high', 'bright'],
  ['contrast', 'low', 'like its background'],
  ['contrast', 'high', 'hard contrasts'],
  ['distance', 'high', 'far from the mean picture'],
];

/** What is in the outer tenth of the training set's measures; most mistakes have something. */
export function hardships(of: Measures, all: readonly Measures[]): string[] {
  return extremes
    .filter(([name, end]) => {
      const place = rank(
        of[name],
        all.map((measures) => measures[name]),
      );
      return end === 'low' ? place < 0.1 : place >= 0.9;
    })
    .map(([, , word]) => word);
}

/** A picture with its label, its measures, and what makes it hard. */
function mislabelledPicture(
  set: PictureSet,
  i: number,
  probability: number,
  mean: Float64Array,
  all: readonly Measures[],
): GalleryPicture {
  const picture = pictureAt(set, i);
  const measures = measure(picture, mean);
  const label = set.classes[set.labels[i]];
  const words = hardships(measures, all);
  const { brightness, contrast, distance } = measures;
  return {
    uri: pictureUri(picture, set),
    alt: `test picture ${i}, a ${label}`,
    caption: [
      `${i}: ${label}, p = ${probability.toFixed(3)}`,
      `brightness ${brightness.toFixed(0)}, contrast ${contrast.toFixed(0)}`,
      `distance ${distance.toFixed(0)}`,
      ...(words.length > 0 ? [words.join(', ')] : []),
    ],
  };
}

/**
 * The test pictures that a model gets wrong, with their probability of class 1, their measures, and
 * what makes them hard; of many the first `most`.
 */
export function mislabelledGallery(
  { train, test }: Pick<Dataset, 'train' | 'test'>,
  mislabelled: readonly number[],
  probabilities: readonly number[],
  max = Number.POSITIVE_INFINITY,
): Gallery {
  const mean = meanPicture(train);
  const all = Array.from({ length: train.m }, (_, i) => measure(pictureAt(train, i), mean));
  const shown = mislabelled.slice(0, max);
  const first = shown.length < mislabelled.length ? `: the first ${shown.length}` : '';
  return {
    title: `The ${mislabelled.length} of ${test.m} test pictures that it gets wrong${first}`,
    alt: 'Test pictures with a wrong prediction: index, label, probability of class 1, measures',
    pictures: shown.map((i) => mislabelledPicture(test, i, probabilities[i], mean, all)),
  };
}
