import { DataError } from '../../core/errors.js';
import { nearest } from '../../core/options.js';
import type { ReadDataOptions } from '../sampleSet.js';
import { countsOf } from './kinds.js';
import { number, type RawColumn, type Table } from './table.js';

/*
 * Which columns of a table are used, and which are the target.
 */

const withColumns = (table: Table, columns: readonly RawColumn[]): Table => ({ ...table, columns });

/** @throws DataError if there is no such column */
export function withoutChosen(table: Table, { leaveOut = [] }: ReadDataOptions): Table {
  for (const name of leaveOut) placeOf(table, name, 'leaveOut');
  const left = leaveOut.map((name) => table.columns[placeOf(table, name, 'leaveOut')]);
  return withColumns(
    table,
    table.columns.filter((column) => !left.includes(column)),
  );
}

/** A column by its name, or its number where there was no header. */
function placeOf({ of, columns }: Table, name: string, option: string): number {
  const names = columns.map((column) => column.name);
  const place = names.indexOf(name);
  if (place >= 0) return place;
  const byNumber = names.indexOf(`column ${name}`);
  if (byNumber >= 0) return byNumber;
  const [near] = nearest(name, names);
  const shown = names.length > 20 ? `${names.slice(0, 20).join(', ')}, …` : names.join(', ');
  const cure = near ? `Did you mean '${near}'?` : `The columns are ${shown}.`;
  throw new DataError(`${of} has no column '${name}', which ${option} names. ${cure}`);
}

/** The names of the target's columns. @throws DataError if there is none of a name */
export function chooseTarget(table: Table, { target }: ReadDataOptions): string[] {
  if (target && target.length === 0) {
    throw new DataError(`${table.of}: target is empty. Name a column at least.`);
  }
  if (!target) return [table.columns[table.columns.length - 1].name];
  return target.map((name) => table.columns[placeOf(table, name, 'target')].name);
}

/** pandas and R write the number of the row before it, under no name; pandas has a name in Parquet. */
export function withoutIndex(table: Table, notes: string[]): Table {
  const isIndex = ({ name }: RawColumn) => /^__index_level_\d+__$/.test(name);
  const [first, ...others] = table.columns;
  if (others.length > 0 && isUnnamed(first) && counts(first)) {
    notes.push('The first column has no name and counts the rows: it is left out.');
    return withColumns(table, others);
  }
  const rest = table.columns.filter((column) => !isIndex(column));
  if (rest.length === 0 || rest.length === table.columns.length) return table;
  notes.push("The index of the table's rows is left out.");
  return withColumns(table, rest);
}

const isUnnamed = ({ name }: RawColumn) => /^(unnamed: ?\d*|unnamed column 1)$/i.test(name);

/** Columns of empty cells stand behind a separator too many. @throws DataError if all are */
export function withoutEmpty(table: Table, notes: string[]): Table {
  const empty = table.columns.filter((column) => countsOf(column).missing === table.m);
  if (empty.length === 0) return table;
  const isEmpty = new Set(empty);
  notes.push(`Without a value, and left out: ${empty.map(({ name }) => name).join(', ')}.`);
  const columns = table.columns.filter((column) => !isEmpty.has(column));
  if (columns.length > 0) return withColumns(table, columns);
  throw new DataError(`${table.of} has no values at all. Give a file with data.`);
}

/** Whether a column is 0, 1, 2, … or 1, 2, 3, … */
export const counts = ({ numbers, codes }: RawColumn): boolean =>
  (numbers[0] === 0 || numbers[0] === 1) &&
  numbers.every((value, i) => codes[i] === number && value === numbers[0] + i);
