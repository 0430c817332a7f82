import { DataError } from '../../core/errors.js';
import { isNumber, parseCell } from './cell.js';
import { countsOf } from './kinds.js';
import type { Table } from './table.js';

/**
 * Whether a table's first row names its columns: where a column is of numbers, its name is none. Names
 * that count 0, 1, 2, … are those of pandas. In a table of words, a name is not among its column's.
 *
 * @param rows the table without its first row.
 */
export function isHeader(first: readonly string[], rows: Table, decimalComma: boolean): boolean {
  if (isCounting(first) && rows.columns.some((column) => countsOf(column).numbers > 0)) return true;
  let names = 0;
  let values = 0;
  rows.columns.forEach((column, j) => {
    const { numbers, words } = countsOf(column);
    const isMissing = parseCell(first[j], decimalComma) === undefined;
    if (numbers <= words || isMissing) return;
    if (isNumber(first[j], decimalComma)) values++;
    else names++;
  });
  if (names + values > 0) return names > values;
  const differ = new Set(first).size === first.length;
  return (
    differ && rows.columns.every(({ words }, j) => first[j] !== '' && !words.includes(first[j]))
  );
}

/** 0, 1, 2, …, perhaps behind an index without a name. */
function isCounting(cells: readonly string[]): boolean {
  const from = cells[0] === '' ? 1 : 0;
  return cells.length - from > 1 && cells.slice(from).every((cell, j) => cell === String(j));
}

/** The names of the columns. @throws DataError if two have the same. */
export function namesOf(header: readonly string[], of: string): string[] {
  const names = header.map((name, j) => name.trim() || `unnamed column ${j + 1}`);
  const twice = names.find((name, j) => names.indexOf(name) !== j);
  if (twice === undefined) return names;
  const places = names.flatMap((name, j) => (name === twice ? [j + 1] : []));
  throw new DataError(
    `${of} has ${places.length} columns named '${twice}', columns ${places.join(' and ')}. Give each its own name.`,
  );
}

/** Names for the columns of a table without a header. */
export const numbered = (width: number): string[] =>
  Array.from({ length: width }, (_, j) => `column ${j + 1}`);
