import { DataError } from '../../core/errors.js';
import type { Fill, ReadDataOptions } from '../sampleSet.js';
import { countsOf } from './kinds.js';
import { missing, type RawColumn, type Table } from './table.js';
import { rowsOf } from './tableRows.js';

/** The missing values of a table. */
export interface Holes {
  readonly count: number;
  /** The rows that have one. */
  readonly rows: ReadonlySet<number>;
  /** The first ones: row and column. */
  readonly first: readonly [i: number, j: number][];
}

const shown = 5;

export function holesIn({ m, columns }: Table): Holes {
  const rows = new Set<number>();
  const first: [number, number][] = [];
  let count = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < columns.length; j++) {
      if (columns[j].codes[i] !== missing) continue;
      if (count++ < shown) first.push([i, j]);
      rows.add(i);
    }
  }
  return { count, rows, first };
}

/** Where values are missing, and what can be done. */
export function listHoles(
  { of, columns, rowNumbers }: Table,
  { count, rows, first }: Holes,
): string {
  const places = first.map(([i, j]) => `row ${rowNumbers[i]}, column '${columns[j].name}'`);
  const rest = count > first.length ? `; and ${count - first.length} more` : '';
  const values = count === 1 ? 'a missing value' : `${count} missing values in ${rows.size} rows`;
  return `${of} has ${values}: ${places.join('; ')}${rest}. Put values there, or say what to do: missing: 'drop' leaves the rows out, 'mean' and 'median' fill them from the training rows.`;
}

/**
 * What is done about the missing values of a table: without the rows that have one, or with a note on
 * how they are filled once the data are split.
 *
 * @param isWords whether a column is one of words.
 * @throws DataError that lists the first ones, if nothing is to be done about them.
 */
export function withoutHoles(
  table: Table,
  { missing: how }: ReadDataOptions,
  isWords: (column: RawColumn) => boolean,
  notes: string[],
): { table: Table; missing?: Fill } {
  const holes = holesIn(table);
  if (holes.count === 0) return { table };
  if (how === undefined) throw new DataError(listHoles(table, holes));
  if (how !== 'drop') {
    notes.push(filledBy(table, how, isWords));
    return { table, missing: how };
  }
  const rows = Array.from({ length: table.m }, (_, i) => i).filter((i) => !holes.rows.has(i));
  if (rows.length < 2) {
    throw new DataError(
      `${table.of} has a missing value in ${holes.rows.size} of ${table.m} rows: too few are left. Fill them: missing: 'median'.`,
    );
  }
  notes.push(`${holes.rows.size} rows with missing values are left out; ${rows.length} are left.`);
  return { table: rowsOf(table, rows) };
}

/** Of numbers and words only what is missing. */
function filledBy({ columns }: Table, how: Fill, isWords: (column: RawColumn) => boolean): string {
  const count = (list: readonly RawColumn[]) =>
    list.reduce((sum, column) => sum + countsOf(column).missing, 0);
  const words = count(columns.filter(isWords));
  const numbers = count(columns) - words;
  const become = (n: number, what: string) =>
    `${n} missing ${what}${n === 1 ? ' becomes' : 's become'}`;
  if (words === 0) return `${become(numbers, 'value')} the ${how} of the training rows.`;
  if (numbers === 0) {
    return `${become(words, 'word')} the most frequent one of the training rows.`;
  }
  return `${become(numbers, 'number')} the ${how} of the training rows, ${become(words, 'word')} the most frequent one.`;
}
