import { DataError } from '../../core/errors.js';
import type { ReadDataOptions, Targets } from '../sampleSet.js';
import { columnNamed } from './encode.js';
import { countsOf, holdsNumbers, placeIn, wordsOf } from './kinds.js';
import { missing, type RawColumn, type Table, textAt } from './table.js';

/** Whole numbers are classes if there are no more different ones, and each comes twice on average. */
const mostClasses = 10;
const mostNamedClasses = 1000;

/** What the network is to tell, from the columns of the target, and how it was decided. */
export interface TableTargets {
  readonly targets: Targets;
  /** Such as `3 classes`. */
  readonly said: string;
}

/**
 * Words are classes, and so are few different whole numbers; other numbers are numbers.
 *
 * @throws DataError if a target is missing, has one value, or is no target for the task.
 */
export function targetsOf(
  table: Table,
  columns: readonly RawColumn[],
  task: ReadDataOptions['task'],
): TableTargets {
  for (const column of columns) {
    const hole = column.codes.indexOf(missing);
    if (hole >= 0) {
      throw new DataError(
        `${placeIn(table, hole, column)}: the target has no value. Put it there, or leave such rows out: missing: 'drop'.`,
      );
    }
    refuseOneValue(table, column);
  }
  if (columns.length > 1) return numbersOf(table, columns, task);
  const [column] = columns;
  const asNumbers = task !== 'classification' && holdsNumbers(table, column);
  if (asNumbers && (task === 'regression' || !areClasses(column))) {
    return numbersOf(table, columns, task);
  }
  if (task === 'regression') {
    throw new DataError(
      `${table.of}: the target '${column.name}' holds words such as '${textAt(column, firstWord(column))}'; regression is of numbers. Give task: 'classification', or another target.`,
    );
  }
  return classesOf(table, column);
}

const firstWord = ({ codes }: RawColumn) => codes.findIndex((code) => code >= 0);

function refuseOneValue({ of, m }: Table, column: RawColumn): void {
  const first = textAt(column, 0);
  for (let i = 1; i < m; i++) if (textAt(column, i) !== first) return;
  throw new DataError(
    `${of}: the target '${column.name}' is '${first}' in every row, so there is nothing to learn. Give another: target: ['…'].`,
  );
}

/** Numbers that stand for classes, so far as numbers tell. */
function areClasses({ numbers }: RawColumn): boolean {
  const values = new Set<number>();
  for (const value of numbers) {
    if (!Number.isInteger(value) || values.add(value).size > mostClasses) return false;
  }
  return values.size <= numbers.length / 2;
}

function classesOf(table: Table, column: RawColumn): TableTargets {
  const classes = wordsOf(column);
  const { numbers } = countsOf(column);
  const tooMany = classes.length > Math.max(2, table.m / 2) || classes.length > mostNamedClasses;
  if (tooMany) {
    throw new DataError(
      `${table.of}: the target '${column.name}' has ${classes.length} different values in ${table.m} rows, such as '${classes[0]}': too many to be classes. Give another target: ['…']${numbers > 0 ? ", or task: 'regression'" : ''}.`,
    );
  }
  const places = new Map(classes.map((name, place) => [name, place]));
  const labels = Int32Array.from({ length: table.m }, (_, i) => places.get(textAt(column, i))!);
  return {
    targets: { kind: 'classes', labels, classes },
    said: `${classes.length} classes${numbers === table.m ? `, the numbers ${listed(classes)}` : ''}`,
  };
}

const listed = (names: readonly string[]) =>
  names.length > 6 ? `${names.slice(0, 5).join(', ')}, …, ${names.at(-1)}` : names.join(', ');

function numbersOf(
  table: Table,
  columns: readonly RawColumn[],
  task: ReadDataOptions['task'],
): TableTargets {
  const words = columns.find((column) => !holdsNumbers(table, column));
  if (words || task === 'classification') {
    const why = words ? `'${words.name}' holds words` : 'classification has one';
    throw new DataError(
      `${table.of}: several targets must be numbers, and ${why}. Give one target, or columns of numbers.`,
    );
  }
  const k = columns.length;
  const values = new Float64Array(table.m * k);
  columns.forEach((column, j) => {
    for (let i = 0; i < table.m; i++) values[i * k + j] = column.numbers[i];
  });
  return {
    targets: { kind: 'numbers', values, names: columns.map(({ name }) => name) },
    said: k === 1 ? 'numbers' : `${k} numbers`,
  };
}

/** The classes, or the names of the numbers, that targets were before. */
export type KnownTargets =
  | { readonly kind: 'classes'; readonly classes: readonly string[] }
  | { readonly kind: 'numbers'; readonly names: readonly string[] };

/**
 * The target's columns of a table as the classes or numbers that are known.
 *
 * @param whose they are: `the model`
 * @throws DataError at the first that is none of them.
 */
export function targetsLike(
  table: Table,
  names: readonly string[],
  targets: KnownTargets,
  whose: string,
): Targets {
  const columns = names.map((name) => columnNamed(table, name));
  if (targets.kind === 'classes') {
    const [column] = columns;
    const places = new Map(targets.classes.map((name, k) => [name, k]));
    const labels = Int32Array.from({ length: table.m }, (_, i) => {
      const label = column.codes[i] === missing ? undefined : places.get(textAt(column, i));
      if (label !== undefined) return label;
      const what =
        column.codes[i] === missing
          ? 'there is no class'
          : `'${textAt(column, i)}' is no class of ${whose}`;
      throw new DataError(
        `${placeIn(table, i, column)}: ${what}; it knows ${targets.classes.join(', ')}. Leave the row out, or put one of them there.`,
      );
    });
    return { kind: 'classes', labels, classes: targets.classes };
  }
  const values = new Float64Array(table.m * columns.length);
  columns.forEach((column, k) => {
    for (let i = 0; i < table.m; i++) {
      if (column.codes[i] >= 0 || column.codes[i] === missing) {
        throw new DataError(`${placeIn(table, i, column)}: there is no number. Put one there.`);
      }
      values[i * columns.length + k] = column.numbers[i];
    }
  });
  return { kind: 'numbers', values, names };
}
