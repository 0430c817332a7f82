import { DataError } from '../core/errors.js';
import { orDamaged } from '../files/damaged.js';
import { describeSource } from './describeSource.js';
import { formats } from './formats/index.js';
import type { InputForm } from './sampleSet.js';
import { sourceAt } from './source.js';
import { encodeRows, inputsOf } from './tables/encode.js';
import { hasNames } from './tables/header.js';
import { placeIn } from './tables/kinds.js';
import { missing, type Table } from './tables/table.js';
import { unseenNotes } from './tables/unseen.js';

/** The form of inputs that were a table. */
export type TableForm = Extract<InputForm, { kind: 'table' }>;

/** Rows of a table as inputs, of which nothing else is known. */
export interface NewRows {
  readonly m: number;
  /** m · n numbers, row after row. */
  readonly values: Float32Array;
  readonly shape: readonly [n: number];
  /** What became of words that training did not have, a sentence each. */
  readonly notes: readonly string[];
  /** Where row i came from, for messages: `row 12`. */
  origin(i: number): string;
}

/**
 * The rows of a CSV, JSON lines or Parquet file as inputs of a network, as its training data were:
 * columns by their names, words to ones and zeros, a word that training did not have to zeros alone, what
 * is missing filled. Other columns, such as the
 * target, are passed over.
 *
 * @param form `input` of the `OwnData` that it was trained on.
 * @throws DataError that names the row and the column that does not fit.
 */
export async function readRows(path: string, form: TableForm): Promise<NewRows> {
  return orDamaged(path, DataError, async () => rowsOf(await readTableLike(path, form), form));
}

/** A table whose columns have the names of those of the training data. @throws DataError */
export async function readTableLike(path: string, form: TableForm): Promise<Table> {
  const source = await sourceAt(path);
  const { columns, decimalComma } = form;
  const header = hasNames({ columns });
  for (const format of formats) {
    if (!format.table || !(await format.matches(source))) continue;
    return format.table(source, { header, decimalComma }, []);
  }
  throw new DataError(`${describeSource(source)} Give a table, as the network was trained on one.`);
}

/** The rows of such a table as inputs. @throws DataError */
export function rowsOf(table: Table, { columns }: TableForm): NewRows {
  const byName = new Map(columns.map((column) => [column.name, column]));
  for (const column of table.columns) {
    const needed = byName.get(column.name);
    const hole = column.codes.indexOf(missing);
    if (needed && needed.fill === undefined && hole >= 0) {
      throw new DataError(
        `${placeIn(table, hole, column)}: there is no value. Put it there; training said nothing of what stands for it.`,
      );
    }
  }
  const { values, unseen } = encodeRows(table, columns);
  return {
    m: table.m,
    values,
    notes: unseenNotes(unseen),
    shape: [inputsOf(columns)],
    origin: (i) => `row ${table.rowNumbers[i]}`,
  };
}
