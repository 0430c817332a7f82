import { DataError } from '../../core/errors.js';
import type { Column } from '../sampleSet.js';
import { placeIn } from './kinds.js';
import { missing, type RawColumn, type Table, textAt } from './table.js';

/** How many inputs a column makes. */
export const widthOf = (column: Column): number =>
  column.kind === 'number' ? 1 : column.values.length;

/** How many inputs the columns make together. */
export const inputsOf = (columns: readonly Column[]): number =>
  columns.reduce((sum, column) => sum + widthOf(column), 0);

/**
 * The rows of a table as inputs, row after row: a number as it is, a word as ones and zeros. Columns
 * are found by their names; others are passed over. What is missing is the column's `fill`, or NaN.
 *
 * @throws DataError if a column is missing, or a cell does not fit its column.
 */
export function encodeRows(table: Table, columns: readonly Column[]): Float32Array {
  const n = inputsOf(columns);
  const inputs = new Float32Array(table.m * n);
  let at = 0;
  for (const column of columns) {
    const raw = columnNamed(table, column.name);
    if (column.kind === 'number') encodeNumbers(table, raw, column, inputs, at, n);
    else encodeWords(table, raw, column, inputs, at, n);
    at += widthOf(column);
  }
  return inputs;
}

/** @throws DataError that lists the columns if none has the name. */
export function columnNamed({ of, columns }: Table, name: string): RawColumn {
  const found = columns.find((column) => column.name === name);
  if (found) return found;
  const names = columns.map((column) => `'${column.name}'`).join(', ');
  throw new DataError(`${of} has no column '${name}'; its columns are ${names}. Give one of them.`);
}

type NumberColumn = Column & { kind: 'number' };
type WordColumn = Column & { kind: 'words' };

function encodeNumbers(
  table: Table,
  raw: RawColumn,
  { fill = Number.NaN }: NumberColumn,
  inputs: Float32Array,
  at: number,
  n: number,
): void {
  for (let i = 0; i < table.m; i++) {
    if (raw.codes[i] >= 0) {
      throw new DataError(
        `${placeIn(table, i, raw)}: '${textAt(raw, i)}' is no number. Put a number there.`,
      );
    }
    const value = raw.codes[i] === missing ? fill : raw.numbers[i];
    inputs[i * n + at] = value;
    if (Math.abs(inputs[i * n + at]) === Number.POSITIVE_INFINITY) {
      throw new DataError(
        `${placeIn(table, i, raw)}: ${value} is too large for a network. Give its logarithm.`,
      );
    }
  }
}

function encodeWords(
  table: Table,
  raw: RawColumn,
  { values, fill }: WordColumn,
  inputs: Float32Array,
  at: number,
  n: number,
): void {
  const places = new Map(values.map((word, place) => [word, place]));
  for (let i = 0; i < table.m; i++) {
    const word = raw.codes[i] === missing ? fill : textAt(raw, i);
    const from = i * n + at;
    if (word === undefined) {
      inputs.fill(Number.NaN, from, from + values.length);
      continue;
    }
    const place = places.get(word);
    if (place === undefined) {
      throw new DataError(
        `${placeIn(table, i, raw)}: '${word}' was not there in training; the words were ${values.join(', ')}. Put one of them there.`,
      );
    }
    inputs[from + place] = 1;
  }
}
