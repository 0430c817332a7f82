import { RandomState } from '../../core/random.js';
import { viewOf } from '../../data/split.js';
import { splitData } from '../../data/splitData.js';
import { kFolds } from '../../training/folds.js';
import type { TrainData, WholeData } from '../train/data.js';

/** Which of how many folds is held out, and the seed that deals the samples. */
export interface FoldAt {
  readonly fold: number;
  readonly folds: number;
  readonly seed: number;
}

/**
 * The data of a fold: those held out are the validation set, the others are trained on. What is taken from
 * the data, such as the means that fill holes, is taken from these alone.
 *
 * @throws ValueError, ShapeError as `kFolds`
 */
export function foldData(whole: WholeData, { fold, folds, seed }: FoldAt): TrainData {
  const { test: _, validation: __, ...data } = whole;
  const { targets, m } = data.train;
  const of = targets.kind === 'classes' ? targets.labels : m;
  const { train, test } = kFolds(of, folds, new RandomState(seed))[fold];
  const parts = {
    train: viewOf(data.train, [...train]),
    validation: viewOf(data.train, [...test]),
  };
  const shares = { test: 0, random: new RandomState(seed) };
  return { ...splitData({ ...data, ...parts }, shares), isCourse: whole.isCourse };
}
