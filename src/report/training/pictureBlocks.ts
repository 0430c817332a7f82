import type { SampleSet } from '../../data/sampleSet.js';
import { type Block, gallery, note } from '../blocks.js';
import type { NamedSet } from './judged.js';
import { pictureUris, samplesAt } from './samplePictures.js';
import { count } from './words.js';

/** Of the examples all together, and of each class. */
const mostExamples = 60;
const mostOfClass = 6;
/** The mean of so many of a class shows what they have in common. */
const mostForMean = 1000;

/** The first pictures of each class, and the mean picture of each; of numbers the first pictures. */
export function pictureBlocks(
  { name, set }: NamedSet,
  shape: readonly [number, number, number],
): Block[] {
  const { targets } = set;
  if (targets.kind !== 'classes') {
    const first = Array.from({ length: Math.min(set.m, 2 * mostOfClass) }, (_, i) => i);
    return [examples(`The first pictures, ${name} set`, set, first, shape, (i) => set.origin(i))];
  }
  const { classes, labels } = targets;
  const shown = classes.slice(0, mostExamples);
  const of = shown.map((_, k) => indicesOf(labels, k));
  const each = Math.max(1, Math.min(mostOfClass, Math.floor(mostExamples / classes.length)));
  const first = of.flatMap((indices) => indices.slice(0, each));
  const title = each === 1 ? 'The first of each class' : `The first ${each} of each class`;
  return [
    examples(`${title}, ${name} set`, set, first, shape, (i) => classes[labels[i]]),
    meanPictures(set, shown, of, shape, name),
    ...(shown.length < classes.length
      ? [note(`Of the first ${shown.length} of ${classes.length} classes.`)]
      : []),
  ];
}

const indicesOf = (labels: ArrayLike<number>, label: number): number[] =>
  Array.from(labels).flatMap((of, i) => (of === label ? [i] : []));

function examples(
  title: string,
  set: SampleSet,
  indices: readonly number[],
  shape: readonly [number, number, number],
  caption: (i: number) => string,
): Block {
  const uris = pictureUris(samplesAt(set, indices), shape);
  return gallery({
    title,
    alt: title,
    pictures: indices.map((i, k) => ({
      uri: uris[k],
      alt: set.origin(i),
      caption: [caption(i)],
    })),
  });
}

function meanPictures(
  set: SampleSet,
  classes: readonly string[],
  of: readonly (readonly number[])[],
  shape: readonly [number, number, number],
  name: string,
): Block {
  const present = classes.flatMap((name, k) =>
    of[k].length > 0 ? [{ name, indices: of[k] }] : [],
  );
  const areBytes = set.take([]) instanceof Uint8Array;
  const means = present.map(({ indices }) => {
    const mean = meanOf(set, indices.slice(0, mostForMean));
    return areBytes ? Uint8Array.from(mean, Math.round) : mean;
  });
  const uris = pictureUris(means, shape);
  return gallery({
    title: `The mean picture of each class, ${name} set`,
    alt: 'Mean pictures',
    pictures: present.map(({ name, indices }, k) => ({
      uri: uris[k],
      alt: `the mean of ${name}`,
      caption: [name, `of ${count(Math.min(indices.length, mostForMean), 'picture')}`],
    })),
  });
}

function meanOf(set: SampleSet, indices: readonly number[]): Float64Array {
  const mean = new Float64Array(set.shape.reduce((product, side) => product * side, 1));
  for (let from = 0; from < indices.length; from += 100) {
    for (const sample of samplesAt(set, indices.slice(from, from + 100))) {
      for (let i = 0; i < mean.length; i++) mean[i] += sample[i] / indices.length;
    }
  }
  return mean;
}
