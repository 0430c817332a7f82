import { DataError } from '../../core/errors.js';
import type { Column } from '../sampleSet.js';
import { isDate, isWithComma } from './cell.js';
import { missing, number, type RawColumn, type Table, textAt } from './table.js';

/** A column counts as numbers if so many of its values are. */
const mostly = 0.9;
/** More words make no inputs: a column of so many is a name, an id or free text. */
const mostWords = 1000;

/** `iris.csv, row 7, column 'petal width'` */
export const placeIn = ({ of, rowNumbers }: Table, i: number, { name }: RawColumn): string =>
  `${of}, row ${rowNumbers[i]}, column '${name}'`;

export interface Counts {
  readonly numbers: number;
  readonly words: number;
  readonly missing: number;
}

export function countsOf({ codes }: RawColumn): Counts {
  const counts = { numbers: 0, words: 0, missing: 0 };
  for (const code of codes) {
    if (code === number) counts.numbers++;
    else if (code === missing) counts.missing++;
    else counts.words++;
  }
  return counts;
}

/** Whether such counts are those of a column of words. */
export const areWords = ({ numbers, words }: Pick<Counts, 'numbers' | 'words'>): boolean =>
  words > 0 && numbers < mostly * (numbers + words);

/**
 * Whether a column holds numbers. A few words among them are a slip of the pen, not another kind.
 *
 * @throws DataError at the first word among numbers.
 */
export function holdsNumbers(table: Table, column: RawColumn): boolean {
  const { numbers, words } = countsOf(column);
  if (words === 0) return numbers > 0;
  if (areWords({ numbers, words })) return false;
  const at = column.codes.findIndex((code) => code >= 0);
  const text = textAt(column, at);
  const cure = isWithComma(text)
    ? 'If a comma is its decimal point, say so: decimalComma: true.'
    : table.rowNumbers[at] === 1
      ? 'If the first row names the columns, say so: header: true.'
      : `Put a number there, leave the cell empty, or leave the column out: leaveOut: ['${column.name}'].`;
  throw new DataError(
    `${placeIn(table, at, column)}: '${text}' is no number, as ${numbers} other values of the column are. ${cure}`,
  );
}

/** The different texts of a column, sorted: numbers by their value, before words. */
export function wordsOf(column: RawColumn): string[] {
  const words = new Set<string>();
  const numbers = new Set<number>();
  column.codes.forEach((code, i) => {
    if (code === number) numbers.add(column.numbers[i]);
    else if (code !== missing) words.add(column.words[code]);
  });
  const sorted = [...numbers].sort((a, b) => a - b).map(String);
  return [...sorted, ...[...words].sort()];
}

/**
 * How a column becomes inputs of a network.
 *
 * @throws DataError for dates, ids and free text, which say nothing as words, and for numbers with
 * a decimal comma.
 */
export function columnOf(table: Table, column: RawColumn): Column {
  const { name } = column;
  if (holdsNumbers(table, column)) return { name, kind: 'number' };
  const values = wordsOf(column);
  refuseCommas(table, column, values);
  const leaveOut = `leave the column out: leaveOut: ['${name}']`;
  if (values.filter(isDate).length > values.length / 2) {
    throw new DataError(
      `${table.of}, column '${name}' holds dates such as '${values[0]}', which are no numbers. Put what matters of them into columns of numbers, such as the month, or ${leaveOut}.`,
    );
  }
  const present = table.m - countsOf(column).missing;
  if ((values.length > 10 && values.length > present / 2) || values.length > mostWords) {
    throw new DataError(
      `${table.of}, column '${name}' has ${values.length} different texts in ${present} rows, such as '${values[0]}': it looks like names, ids or free text. Such a column tells a network nothing: ${leaveOut}.`,
    );
  }
  return { name, kind: 'words', values };
}

function refuseCommas(table: Table, { name }: RawColumn, values: readonly string[]): void {
  const commas = values.filter(isWithComma);
  if (commas.length === 0 || commas.length < values.length / 2) return;
  throw new DataError(
    `${table.of}, column '${name}' holds texts such as '${commas[0]}'. If a comma is the decimal point, say so: decimalComma: true; if it parts thousands, remove it.`,
  );
}
