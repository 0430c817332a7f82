import { DataError } from '../../core/errors.js';
import type { SourceFile } from '../sampleSet.js';
import { type Column, inMemory, type OwnData, type ReadDataOptions } from '../sampleSet.js';
import {
  chooseTarget,
  counts,
  withoutChosen,
  withoutEmpty,
  withoutIndex,
} from './chooseColumns.js';
import { encodeRows, inputsOf } from './encode.js';
import { withoutHoles } from './holes.js';
import { areWords, columnOf, countsOf } from './kinds.js';
import type { RawColumn, Table } from './table.js';
import { targetsOf } from './target.js';

/** A table's file, as data are named and traced by it. */
export interface TableFile {
  readonly name: string;
  readonly format: string;
  readonly files: readonly SourceFile[];
  readonly notes: readonly string[];
}

/**
 * Own data from a table: which columns are the target and which the inputs, and what is left out.
 *
 * @throws DataError that names the row and the column, what is wrong and the cure.
 */
export function ownTable(read: Table, file: TableFile, options: ReadDataOptions): OwnData {
  if (read.columns.length < 2) {
    throw new DataError(
      `${read.of} has one column only: nothing separates values in its first row. Give columns for the inputs and one for the target.`,
    );
  }
  if (read.m < 2) {
    throw new DataError(
      `${read.of} has ${read.m === 0 ? 'no rows' : 'one row'} of values. Give two rows at least, a sample each.`,
    );
  }
  const notes = [...file.notes];
  const used = withoutEmpty(withoutIndex(withoutChosen(read, options), notes), notes);
  const targetNames = chooseTarget(used, options);
  const { table, missing } = withoutHoles(
    used,
    options,
    (column) => areWords(countsOf(column)),
    notes,
  );
  const isTarget = ({ name }: RawColumn) => targetNames.includes(name);
  const { targets, said } = targetsOf(table, table.columns.filter(isTarget), options.task);
  const last = options.target ? '' : ', the last column';
  notes.push(`Target: ${targetNames.join(', ')}${last}: ${said}.`);
  const inputs = table.columns.filter((column) => !isTarget(column));
  if (inputs.length === 0) {
    throw new DataError(
      `${table.of} has the target's column alone. Give other columns, from which to tell it.`,
    );
  }
  const columns = inputs.map((column) => columnOf(table, column));
  notes.push(...saidOf(columns), ...counters(inputs), ...rounded(inputs));
  const train = inMemory(encodeRows(table, columns).values, {
    shape: [inputsOf(columns)],
    targets,
    origin: (i) => `row ${table.rowNumbers[i]}`,
  });
  const { decimalComma } = options;
  const input = { kind: 'table', columns, target: targetNames, decimalComma } as const;
  const { name, format, files } = file;
  return { name, format, train, input, files, notes, ...(missing ? { missing } : {}) };
}

function saidOf(columns: readonly Column[]): string[] {
  const words = columns.flatMap((column) => (column.kind === 'words' ? [column] : []));
  if (words.length === 0) return [];
  const said = words.map(({ name, values }) => `${name} (${values.length})`).join(', ');
  return [`One input for each word of ${said}.`];
}

/** A number of the row tells in what order the rows were written, which new data does not have. */
const counters = (columns: readonly RawColumn[]): string[] =>
  columns
    .filter((column) => columns.length > 1 && counts(column))
    .map(
      ({ name }) =>
        `Column ${name} counts the rows; it is an input. If it is an id, leave it out: leaveOut: ['${name}'].`,
    );

/** Whole numbers that a float32 does not hold all of, such as seconds since 1970. */
const rounded = (columns: readonly RawColumn[]): string[] =>
  columns
    .filter(({ numbers }) =>
      numbers.some((value) => Number.isInteger(value) && Math.fround(value) !== value),
    )
    .map(
      ({ name }) =>
        `Column ${name} has whole numbers beyond 2^24, which are rounded to seven digits: subtract the smallest if the rest matters.`,
    );
