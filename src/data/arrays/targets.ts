import { DataError } from '../../core/errors.js';
import type { Targets } from '../sampleSet.js';
import { classesOf, type LabelOptions, mostNamedClasses } from './classes.js';
import { isOneHot, isText, type Labels, labelsOf, places } from './labels.js';
import { type NdArray, rangeOf } from './ndArray.js';

const mostClasses = 10;

/**
 * Targets of each part from its labels: whole numbers from any on, one-hot rows, text, booleans, and
 * numbers for a regression. The first part is the training part: its classes are those of all.
 *
 * @throws DataError that names the first label that is none of the classes.
 */
export function targetsOf(
  parts: readonly [y: NdArray, m: number][],
  options: LabelOptions,
): { readonly targets: Targets[]; readonly said: string } {
  const all = parts.map(([y, m]) => labelsOf(y, m));
  const [train] = all;
  const odd = all.find((labels) => labels.k !== train.k || isText(labels) !== isText(train));
  if (odd) throw new DataError(`${odd.of} is of another kind than ${train.of}. Give both alike.`);
  const isWords = isText(train);
  if (options.task !== 'regression' && train.k > 1 && all.every(isOneHot)) {
    return classesOf(all.map(places), { ...options, oneHot: train.k });
  }
  if (train.k === 1 && (isWords || areClasses(train, options))) return classesOf(all, options);
  if (isWords || options.task === 'classification') {
    throw new DataError(
      `${train.of} has ${train.k} values a sample, and they are not one-hot: they are no classes. Give one label a sample.`,
    );
  }
  const names = Array.from({ length: train.k }, (_, j) => (train.k === 1 ? 'y' : `y${j + 1}`));
  const targets = all.map(({ values }) => ({
    kind: 'numbers' as const,
    values: values as Float64Array,
    names,
  }));
  return { targets, said: train.k === 1 ? 'numbers' : `${train.k} numbers` };
}

/** Whether numbers stand for classes, so far as they tell. */
function areClasses({ values, type, m }: Labels, { task, classes, ofPictures }: LabelOptions) {
  if (task !== undefined) return task === 'classification';
  if (type === 'bool') return true;
  const { whole, min } = rangeOf(values as Float64Array);
  if (!whole) return false;
  if (classes) return true;
  const k = new Set(values as Float64Array).size;
  const max = min + k - 1; // of numbers without a gap
  const isCount =
    type === 'int' && (min === 0 || min === 1) && rangeOf(values as Float64Array).max === max;
  if (isCount && (ofPictures || k <= m / 2)) return k <= mostNamedClasses;
  return ofPictures ? k <= mostNamedClasses && type === 'int' : k <= mostClasses && k <= m / 2;
}
