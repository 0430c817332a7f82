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
  let names = 0;
  let values = 0;
  rows.columns.forEach((column, j) => {
    const { numbers, words } = countsOf(column);
    const isMissing = parseCell(first[j], decimalComma) === undefined;
    if (numbers <= words || isMissing) return;
    if (isNumber(first[j], decimalComma)) values++;
    else names++;
  });
  if (names + values > 0) return names > values || isCounting(first, names);
  const differ = new Set(first).size === first.length;
  return (
    differ && rows.columns.every(({ words }, j) => first[j] !== '' && !words.includes(first[j]))
  );
}

/** 0, 1, 2, …, perhaps behind an index without a name and before a column that has one. */
function isCounting(cells: readonly string[], names: number): boolean {
  const from = cells[0] === '' ? 1 : 0;
  const counted = cells.slice(from).filter((cell, j) => cell === String(j)).length;
  return counted > 1 && counted + names >= cells.length - from;
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
