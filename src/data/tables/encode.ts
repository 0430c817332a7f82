import { DataError } from '../../core/errors.js';
import type { Column } from '../sampleSet.js';
import { placeIn } from './kinds.js';
import { missing, type RawColumn, type Table, textAt } from './table.js';
import type { UnseenWord } from './unseen.js';

/** How many inputs a column makes. */
export const widthOf = (column: Column): number =>
  column.kind === 'number' ? 1 : column.values.length;

/** How many inputs the columns make together. */
export const inputsOf = (columns: readonly Column[]): number =>
  columns.reduce((sum, column) => sum + widthOf(column), 0);

/**
 * The rows of a table as inputs, row after row: a number as it is, a word as ones and zeros. Columns
 * are found by their names; others are passed over. What is missing is the column's `fill`, or NaN. A
 * word that is none of its column's has zeros alone, and is named.
 *
 * @throws DataError if a column is missing, or a cell does not fit its column.
 */
export function encodeRows(
  table: Table,
  columns: readonly Column[],
): { readonly values: Float32Array; readonly unseen: readonly UnseenWord[] } {
  const n = inputsOf(columns);
  table.budget?.take(4 * table.m * n, 'its inputs take');
  const inputs = new Float32Array(table.m * n);
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const unseen: UnseenWord[] = [];
  let at = 0;
  for (const column of columns) {
    const raw = byName.get(column.name) ?? columnNamed(table, column.name);
    if (column.kind === 'number') encodeNumbers(table, raw, column, inputs, at, n);
    else unseen.push(...encodeWords(table, raw, column, inputs, at, n));
    at += widthOf(column);
  }
  return { values: inputs, unseen };
}

/** @throws DataError that lists the columns if none has the name. */
export function columnNamed({ of, columns }: Table, name: string): RawColumn {
  const found = columns.find((column) => column.name === name);
  if (found) return found;
  const shown = columns.slice(0, 20).map((column) => `'${column.name}'`);
  const names = [...shown, ...(columns.length > 20 ? ['…'] : [])].join(', ');
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
): UnseenWord[] {
  const unseen = new Map<string, number>();
  const places = new Map(values.map((word, place) => [word, place]));
  for (let i = 0; i < table.m; i++) {
    const word = raw.codes[i] === missing ? fill : textAt(raw, i);
    const from = i * n + at;
    if (word === undefined) {
      inputs.fill(Number.NaN, from, from + values.length);
      continue;
    }
    const place = places.get(word);
    if (place === undefined) unseen.set(word, (unseen.get(word) ?? 0) + 1);
    else inputs[from + place] = 1;
  }
  return [...unseen].map(([word, rows]) => ({ column: raw.name, word, rows }));
}
