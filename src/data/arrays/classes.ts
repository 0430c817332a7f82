import { DataError } from '../../core/errors.js';
import type { ReadDataOptions, Targets } from '../sampleSet.js';
import type { Labels } from './labels.js';
import { elementOf } from './ndArray.js';

export interface LabelOptions {
  readonly classes?: readonly string[];
  readonly task?: ReadDataOptions['task'];
  /** What is told apart are pictures: whole numbers are their classes, however many. */
  readonly ofPictures: boolean;
}

/** More different labels are no classes. */
export const mostNamedClasses = 1000;

interface ClassOptions extends LabelOptions {
  readonly oneHot?: number;
}

/** The classes of labels, by the names that there are. @throws DataError at a label of none */
export function classesOf(parts: readonly Labels[], options: ClassOptions) {
  const [train] = parts;
  const { names, from, said } = namesOf(train, options);
  const known = new Map(from.map((value, place) => [value, place]));
  const used = new Set<number>();
  const targets = parts.map(({ of, values, m }, part): Targets => {
    const labels = new Int32Array(m);
    for (let i = 0; i < m; i++) {
      const place = known.get(values[i]);
      if (place === undefined) {
        throw new DataError(
          `${elementOf(of, i, [m])} is ${values[i]}, which is none of the ${names.length} classes ${listed(names)}${options.classes ? '' : ' of the training samples'}. Label it as one of them, or leave it out.`,
        );
      }
      if (part === 0) used.add(place);
      labels[i] = place;
    }
    return { kind: 'classes', labels, classes: names };
  });
  if (used.size < 2) {
    throw new DataError(
      `${train.of} has one class only, ${names[used.values().next().value ?? 0]}, so there is nothing to tell apart. Give samples of two classes at least.`,
    );
  }
  return { targets, said };
}

const listed = (names: readonly string[]) =>
  names.length > 6 ? `${names.slice(0, 5).join(', ')}, …, ${names.at(-1)}` : names.join(', ');

/** The names of the classes, and the labels that stand for them. */
function namesOf(
  { of, values, type }: Labels,
  { classes, oneHot }: ClassOptions,
): { names: readonly string[]; from: readonly (string | number)[]; said: string } {
  const found = Array.isArray(values)
    ? [...new Set<string>(values)].sort()
    : [...new Set<number>(values as Float64Array)].sort((a, b) => a - b);
  const count = oneHot ?? found.length;
  const counted = Array.from({ length: oneHot ?? classes?.length ?? 0 }, (_, i) => i);
  if (!classes) {
    if (found.length > mostNamedClasses) {
      throw new DataError(
        `${of} has ${found.length} different labels: too many to be classes. Give task: 'regression', or other labels.`,
      );
    }
    const from = oneHot ? counted : found;
    const names = type === 'bool' ? ['false', 'true'] : from.map(String);
    return { names, from: type === 'bool' ? [0, 1] : from, said: `${names.length} classes` };
  }
  if (oneHot !== undefined && oneHot !== classes.length) {
    throw new DataError(
      `${of} is one-hot of ${count} classes, but the names are of ${classes.length}: ${listed(classes)}. Give a name for each.`,
    );
  }
  const said = `${classes.length} classes, ${listed(classes)}`;
  if (Array.isArray(values)) return { names: classes, from: classes, said };
  const isWithin = (from: number) =>
    (found as number[]).every((label) => label >= from && label < from + classes.length);
  if (isWithin(0)) return { names: classes, from: counted, said };
  if (isWithin(1)) {
    const note = `${said}; the labels are 1 to ${classes.length}`;
    return { names: classes, from: counted.map((i) => i + 1), said: note };
  }
  if (found.length === classes.length) {
    const note = `${said}, for the labels ${listed(found.map(String))}`;
    return { names: classes, from: found, said: note };
  }
  const stray = (found as number[]).find((label) => label < 0 || label >= classes.length);
  throw new DataError(
    `${of} has the label ${stray}, but there are names of ${classes.length} classes, ${listed(classes)}. Label the samples 0 to ${classes.length - 1}.`,
  );
}
