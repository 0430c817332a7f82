import { ValueError } from '../core/errors.js';
import { assertOptions, inWords } from '../core/options.js';
import type { RandomState } from '../core/random.js';
import type { SampleSet, Targets } from './sampleSet.js';

export interface SplitOptions {
  /** The share of the samples that test the network, from 0 to 1. Default: 0.2. */
  readonly test?: number;
  /** The share that chooses between networks. Default: 0. */
  readonly validation?: number;
  readonly random: RandomState;
}

/** Views over a set: no sample is copied until it is taken. */
export interface Split {
  readonly train: SampleSet;
  readonly validation?: SampleSet;
  readonly test?: SampleSet;
}

/**
 * Splits a set at random into parts. For classes each part has as many of every class as its share says:
 * n_part = round(share · m), which the classes divide by the largest remainders of share · m_class, and
 * every class keeps a sample in the training part.
 *
 *     const { train, test } = splitSamples(data.train, { test: 0.2, random: new RandomState(1) });
 *
 * The same seed gives the same split. Source: the largest remainder method of A. Hamilton, 1792, as in
 * scikit-learn's StratifiedShuffleSplit.
 *
 * @throws ValueError if a share is not from 0 to 1, nothing is left to train on, or a part that is wanted
 * would have no sample.
 */
export function splitSamples(set: SampleSet, options: SplitOptions): Split {
  assertOptions('splitSamples', options, { test: true, validation: true, random: true });
  const { test = 0.2, validation = 0, random } = options;
  const sizes = Object.entries({ test, validation }).map(([name, share]) =>
    sizeOf(name, share, set.m),
  );
  const order = random.permutation(set.m);
  const groups = groupsOf(set.targets, order);
  const [inTest, inValidation] = take(groups, sizes, set.m);
  const rest = groups.flat();
  if (rest.length === 0) {
    throw new ValueError(
      `splitSamples: test ${test} and validation ${validation} leave none of the ${set.m} samples to train on. Make them smaller.`,
    );
  }
  return {
    train: viewOf(set, rest),
    ...(inValidation.length > 0 && { validation: viewOf(set, inValidation) }),
    ...(inTest.length > 0 && { test: viewOf(set, inTest) }),
  };
}

function sizeOf(name: string, share: number, m: number): number {
  if (typeof share !== 'number' || !(share >= 0 && share < 1)) {
    throw new ValueError(
      `splitSamples: ${name} is ${inWords(share)}; give a share from 0 to below 1.`,
    );
  }
  const size = Math.round(share * m);
  if (share > 0 && size === 0) {
    throw new ValueError(
      `splitSamples: ${name} is ${share}, which is no sample of ${m}. Give a larger share, or more samples.`,
    );
  }
  return size;
}

/** The samples of each class in the order given; of numbers, all together. */
function groupsOf(targets: Targets, order: readonly number[]): number[][] {
  if (targets.kind === 'numbers') return [[...order]];
  const groups: number[][] = targets.classes.map(() => []);
  for (const i of order) groups[targets.labels[i]].push(i);
  return groups;
}

/** Takes a part of each size out of the groups. */
function take(groups: number[][], sizes: readonly number[], m: number): number[][] {
  const counts = groups.map(({ length }) => length);
  return sizes.map((size) => {
    const room = groups.map(({ length }) => Math.max(0, length - 1));
    const quotas = shares(counts, size / m, size, room);
    return groups.flatMap((group, k) => group.splice(0, quotas[k]));
  });
}

/**
 * `size` divided by the counts: the whole part of each share, then one more for the largest
 * remainders, none beyond its room.
 */
export function shares(
  counts: readonly number[],
  share: number,
  size: number,
  room: readonly number[],
): number[] {
  const exact = counts.map((count) => count * share);
  const given = exact.map((quota, k) => Math.min(Math.floor(quota + 1e-9), room[k]));
  const byRemainder = exact
    .map((quota, k) => ({ k, remainder: quota - Math.floor(quota + 1e-9) }))
    .sort((a, b) => b.remainder - a.remainder);
  let left = size - given.reduce((sum, count) => sum + count, 0);
  while (left > 0) {
    const before = left;
    for (const { k } of byRemainder) {
      if (left === 0 || given[k] >= room[k]) continue;
      given[k]++;
      left--;
    }
    if (left === before) break; // every class keeps its last sample
  }
  return given;
}

/** Some samples of a set, in an order. */
export function viewOf(set: SampleSet, indices: readonly number[]): SampleSet {
  return {
    shape: set.shape,
    m: indices.length,
    targets: targetsAt(set.targets, indices),
    take: (places) => set.take(Int32Array.from(places, (place) => indices[place])),
    origin: (i) => set.origin(indices[i]),
  };
}

function targetsAt(targets: Targets, indices: readonly number[]): Targets {
  if (targets.kind === 'classes') {
    return { ...targets, labels: Int32Array.from(indices, (i) => targets.labels[i]) };
  }
  const k = targets.names.length;
  const values = new Float64Array(k * indices.length);
  indices.forEach((i, place) => {
    values.set(targets.values.subarray(i * k, (i + 1) * k), place * k);
  });
  return { ...targets, values };
}
