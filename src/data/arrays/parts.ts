import { DataError } from '../../core/errors.js';
import { type NdArray, printed } from './ndArray.js';

export type PartName = 'train' | 'validation' | 'test';

/** The samples and the labels of a part. */
export interface ArrayPart {
  readonly X: NdArray;
  readonly y: NdArray;
}

export interface ArrayParts {
  readonly parts: Partial<Record<PartName, ArrayPart>>;
  /** The names of the classes, where the file has them. */
  readonly classes?: readonly string[];
  readonly notes: readonly string[];
}

/** In the order in which they are taken where a file has several. */
const names: Readonly<Record<Role, readonly string[]>> = {
  X: [
    ...['x', 'xs', 'data', 'features', 'inputs', 'input', 'samples'],
    ...['images', 'image', 'imgs', 'pictures', 'xorig', 'arr0'],
  ],
  y: [
    ...['y', 'ys', 'labels', 'label', 'target', 'targets', 'outputs', 'output', 'class'],
    ...['yorig', 'arr1'],
  ],
};
const classNames = ['listclasses', 'classes', 'classnames', 'targetnames', 'labelnames'];

const partWords: readonly [word: RegExp, part: PartName][] = [
  [/train(ing)?(set)?/, 'train'],
  [/valid(ation)?(set)?|val(set)?|dev(set)?/, 'validation'],
  [/test(ing)?(set)?/, 'test'],
];

/** Of which part a file is, by its name; undefined if the name does not say. */
export const partOfName = (name: string): PartName | undefined =>
  partWords.find(([pattern]) => pattern.test(name.toLowerCase()))?.[1];

type Role = 'X' | 'y';

interface Named {
  readonly array: NdArray;
  readonly name: string;
  readonly role: Role;
  readonly part: PartName;
  readonly rank: number;
}

/**
 * Which arrays of a file are samples and which labels, by the names that people give: X and y, x_train
 * and y_test, train_set_x, data and target, images and labels, arr_0 and arr_1.
 *
 * @param part of arrays whose names say none.
 * @throws DataError that lists the arrays if there is no pair.
 */
export function partsOf(
  arrays: ReadonlyMap<string, NdArray>,
  of: string,
  part: PartName = 'train',
): ArrayParts {
  // np.savez numbers what has no name, and of more than two no one knows which is which.
  const numbered = [...arrays.keys()].filter((name) => /^arr_\d+$/.test(name)).length > 2;
  const named = [...arrays].flatMap(([name, array]) =>
    numbered && name.startsWith('arr_') ? [] : roleOf(name, array, part),
  );
  const parts: Partial<Record<PartName, ArrayPart>> = {};
  const used = new Set<string>();
  for (const key of ['train', 'validation', 'test'] as const) {
    const [X, y] = (['X', 'y'] as const).map((role) => best(named, key, role));
    if (!X && !y) continue;
    if (!X || !y) refusePair(arrays, of, key, X, y);
    parts[key] = { X: X.array, y: y.array };
    used.add(X.name).add(y.name);
  }
  if (Object.keys(parts).length === 0) refusePair(arrays, of, part);
  const list = [...arrays].find(([name]) => classNames.includes(plain(name)));
  if (list) used.add(list[0]);
  const left = [...arrays.keys()].filter((name) => !used.has(name));
  return {
    parts,
    ...(list && { classes: Array.from(list[1].values as ArrayLike<unknown>, String) }),
    notes: left.length === 0 ? [] : [`Left out of ${of}: ${left.join(', ')}.`],
  };
}

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

function roleOf(name: string, array: NdArray, fallback: PartName): Named[] {
  const whole = plain(name);
  const [word, part] = partWords.find(([pattern]) => pattern.test(whole)) ?? [/$^/, fallback];
  const rest = whole.replace(word, '');
  for (const role of ['X', 'y'] as const) {
    const rank = names[role].indexOf(rest);
    if (rank >= 0) return [{ array, name, role, part, rank }];
  }
  return [];
}

const best = (named: readonly Named[], part: PartName, role: Role): Named | undefined =>
  named
    .filter((array) => array.part === part && array.role === role)
    .sort((a, b) => a.rank - b.rank)[0];

function refusePair(
  arrays: ReadonlyMap<string, NdArray>,
  of: string,
  part: PartName,
  X?: Named,
  y?: Named,
): never {
  const held = [...arrays].map(([name, { shape }]) => `${name} ${printed(shape)}`).join(', ');
  const lacks = X
    ? `no labels to ${X.name}`
    : y
      ? `no samples to ${y.name}`
      : 'no samples and labels';
  const called = part === 'train' ? 'X and y, or x_train, y_train' : `x_${part} and y_${part}`;
  throw new DataError(
    `${of} has ${lacks} by name; it holds ${held || 'nothing'}. Name the samples and their labels ${called}.`,
  );
}
