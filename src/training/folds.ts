import { ShapeError, ValueError } from '../core/errors.js';
import { inWords } from '../core/options.js';
import type { RandomState } from '../core/random.js';

/** The samples of one fold, by their indices in ascending order. */
export interface Fold {
  /** Those to train on: all that are not held out. */
  readonly train: Int32Array;
  /** Those held out. Every sample is held out once. */
  readonly test: Int32Array;
}

/**
 * Divides samples into k folds, each of which is held out once. With the label of each sample, every fold
 * has as many of each class as the others, give or take one; with m, the number of samples, the folds
 * are of m / k samples, give or take one.
 *
 *     for (const { train, test } of kFolds(labels, 5, new RandomState(1))) …
 *
 * Without `random` the samples keep their order. With it the folds are those of scikit-learn for the same
 * `random_state`, sample for sample. A class of fewer than k samples is missing in some of them.
 *
 * Source: scikit-learn's KFold and StratifiedKFold.
 *
 * @throws ValueError if k is not a whole number from 2, or no class has k samples; ShapeError for fewer
 *   than k samples.
 */
export function kFolds(
  samples: ArrayLike<number> | number,
  k: number,
  random?: RandomState,
): Fold[] {
  if (!Number.isInteger(k) || k < 2) {
    throw new ValueError(`kFolds: k is ${inWords(k)}; give a whole number from 2.`);
  }
  const m = typeof samples === 'number' ? samples : samples.length;
  if (!Number.isInteger(m) || m < k) {
    throw new ShapeError(`kFolds: ${inWords(m)} samples do not make ${k} folds. Take fewer folds.`);
  }
  const foldOf =
    typeof samples === 'number' ? plainFolds(m, k, random) : stratifiedFolds(samples, k, random);
  const every = Int32Array.from({ length: m }, (_, i) => i);
  const where = (holds: (fold: number) => boolean) => every.filter((i) => holds(foldOf[i]));
  return Array.from({ length: k }, (_, fold) => ({
    train: where((of) => of !== fold),
    test: where((of) => of === fold),
  }));
}

/** The fold of each sample: runs of m / k of the order, the first m mod k of them one longer. */
function plainFolds(m: number, k: number, random: RandomState | undefined): Int32Array {
  const order = random?.permutation(m) ?? Array.from({ length: m }, (_, i) => i);
  const folds = new Int32Array(m);
  let at = 0;
  for (let fold = 0; fold < k; fold++) {
    const size = Math.floor(m / k) + Number(fold < m % k);
    for (const i of order.slice(at, at + size)) folds[i] = fold;
    at += size;
  }
  return folds;
}

/** The fold of each sample: the samples, sorted by class, are dealt to the folds in turn. */
function stratifiedFolds(
  labels: ArrayLike<number>,
  k: number,
  random: RandomState | undefined,
): Int32Array {
  const classes = groupsOf(labels);
  if (classes.every(({ length }) => length < k)) {
    const most = Math.max(...classes.map(({ length }) => length));
    throw new ValueError(
      `kFolds: ${k} folds, and the largest class has ${most} samples. Take ${most} folds at most, or give the number of samples in place of their labels.`,
    );
  }
  const folds = new Int32Array(labels.length);
  let dealt = 0;
  for (const members of classes) {
    const counts = new Int32Array(k);
    for (let j = 0; j < members.length; j++) counts[(dealt + j) % k]++;
    dealt += members.length;
    const own = [...counts].flatMap((count, fold) => new Array<number>(count).fill(fold));
    const order = random?.permutation(own.length);
    members.forEach((i, j) => {
      folds[i] = own[order ? order[j] : j];
    });
  }
  return folds;
}

/** The samples of each class, the classes in the order of their first samples. */
function groupsOf(labels: ArrayLike<number>): number[][] {
  const groups = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    if (!Number.isFinite(labels[i])) {
      throw new ValueError(`kFolds: label ${i} is ${inWords(labels[i])}; give a class's number.`);
    }
    const group = groups.get(labels[i]);
    if (group) group.push(i);
    else groups.set(labels[i], [i]);
  }
  return [...groups.values()];
}
