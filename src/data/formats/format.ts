import type { OwnData, ReadDataOptions } from '../sampleSet.js';
import { type Source, sourceFile } from '../source.js';
import { ownTable } from '../tables/ownTable.js';
import type { Table } from '../tables/table.js';

/** One way in which people keep data. A format is one file of this folder, and a line of index.ts. */
export interface DataFormat {
  readonly name: string;
  /** What a user has, for a list: `CSV and TSV tables`. */
  readonly title: string;
  /** Whether the file or folder is of this format, by what it holds. */
  matches(source: Source): boolean | Promise<boolean>;
  /** @throws DataError that names the place, what is wrong and the cure. */
  read(source: Source, options: ReadDataOptions): Promise<OwnData>;
  /** The table as it stands in the file, if that is what it holds. */
  table?(source: Source, options: ReadDataOptions): Promise<ReadTable>;
}

export interface ReadTable {
  readonly table: Table;
  /** What was decided about the file and should be said. */
  readonly notes: readonly string[];
}

/** A format of tables: reading one says all of it. */
export const tableFormat = (
  format: Omit<DataFormat, 'read'> & Required<Pick<DataFormat, 'table'>>,
): DataFormat => ({
  ...format,
  read: async (source, options) => {
    const { table, notes } = await format.table(source, options);
    const files = [await sourceFile(source.path)];
    const name = source.name.replace(/\.\w+$/, '');
    return ownTable(table, { name, format: format.name, files, notes }, options);
  },
});
