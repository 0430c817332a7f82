import { DataError } from '../../core/errors.js';
import { isNumber, parseCell } from './cell.js';
import { countsOf } from './kinds.js';
import type { RawColumn, Table } from './table.js';

/**
 * Whether a table's first row names its columns: where a column is of numbers, its name is none. Names
 * that count 0, 1, 2, … are those of pandas, and others may be years. In a table of words, a name is not among its column's.
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
  if (names + values > 0) return names > values || isCounting(first, rows) || areYears(first, rows);
  const given = first.filter((cell) => cell !== '');
  const differ = given.length > 0 && new Set(given).size === given.length;
  return differ && first.every((cell, j) => isNew(cell, rows.columns[j]));
}

/** Whether a text does not come again in its column. */
const isNew = (cell: string, { words }: RawColumn): boolean => !words.includes(cell);

/** 0, 1, 2, …, perhaps behind an index without a name, and names of other columns. */
function isCounting(cells: readonly string[], { columns }: Table): boolean {
  const from = cells[0] === '' ? 1 : 0;
  const others = cells.flatMap((cell, j) => (cell === String(j - from) ? [] : [j]));
  return (
    cells.length - others.length > 1 &&
    others.every((j) => !isNumber(cells[j], false) && isNew(cells[j], columns[j]))
  );
}

/** Different whole numbers, such as years, beside a word that does not come again among few. */
function areYears(cells: readonly string[], { columns, m }: Table): boolean {
  const words = cells.flatMap((cell, j) => (isNumber(cell, false) ? [] : [j]));
  const areWhole = cells.every((cell, j) => words.includes(j) || /^\d+$/.test(cell));
  return (
    areWhole &&
    new Set(cells).size === cells.length &&
    words.some((j) => columns[j].words.length <= m / 2) &&
    words.every((j) => cells[j] !== '' && isNew(cells[j], columns[j]))
  );
}

/** The names of the columns. @throws DataError if two have the same. */
export function namesOf(header: readonly string[], of: string): string[] {
  const names = header.map((name, j) => name.trim() || `unnamed column ${j + 1}`);
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice === undefined) return names;
  const places = names.flatMap((name, j) => (name === twice ? [j + 1] : []));
  throw new DataError(
    `${of} has ${places.length} columns named '${twice}', columns ${places.join(' and ')}. Give each its own name.`,
  );
}

/** Names for the columns of a table without a header. */
export const numbered = (width: number): string[] =>
  Array.from({ length: width }, (_, j) => `column ${j + 1}`);

/** Whether columns have names of their own, not those that stand for a header. */
export const hasNames = ({ columns }: { columns: readonly { name: string }[] }): boolean =>
  !columns.every(({ name }) => /^column \d+$/.test(name));
