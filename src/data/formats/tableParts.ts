import { DataError } from '../../core/errors.js';
import { describeSource } from '../describeSource.js';
import { leftOut, type PartFile, partFiles } from '../partFiles.js';
import type { ReadDataOptions } from '../sampleSet.js';
import { type Source, sourceAt, sourceFile } from '../source.js';
import { hasNames } from '../tables/header.js';
import { ownTables, type PartTable } from '../tables/ownTables.js';
import type { Table } from '../tables/table.js';
import { csv } from './csv.js';
import type { DataFormat } from './format.js';
import { jsonl } from './jsonl.js';
import { parquet } from './parquet.js';

const kinds = [parquet, jsonl, csv];
const endings = /\.(csv|tsv|tab|txt|jsonl|ndjson|json|parquet|pq)$/i;

/** The tables of a folder that are parts, by their names. */
export const tableFiles = (source: Source): PartFile[] => partFiles(source, endings);

/** A folder with a table a part: train.csv, test.csv, val.csv, or as JSON lines or Parquet. */
export const tableParts: DataFormat = {
  name: 'tables',
  title: 'folders with train and test tables',
  matches: (source) => tableFiles(source).length > 0,
  read: async (source, options) => {
    const notes: string[] = [];
    const files = tableFiles(source);
    const parts: PartTable[] = [];
    for (const { part, path } of files) {
      const [train] = parts;
      const header = options.header ?? (train && hasNames(train.table));
      const table = await tableAt(path, { ...options, header }, notes);
      parts.push({ part, table });
    }
    notes.push(...leftOut(source, files));
    const file = {
      name: source.name,
      format: 'tables',
      files: await Promise.all(files.map(({ path }) => sourceFile(path))),
      notes: [...new Set(notes)],
    };
    return ownTables(parts, file, options);
  },
};

async function tableAt(path: string, options: ReadDataOptions, notes: string[]): Promise<Table> {
  const source = await sourceAt(path);
  for (const kind of kinds) {
    if (await kind.matches(source)) return kind.table!(source, options, notes);
  }
  throw new DataError(describeSource(source));
}
