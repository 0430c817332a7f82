import type { OwnData, ReadDataOptions } from '../sampleSet.js';
import type { Source } from '../source.js';
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
  /** Of tables: the rows as they stand there, which new data have without a target. */
  table?(source: Source, options: ReadDataOptions, notes: string[]): Promise<Table>;
}
