import type { FileHandle } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { FileMetaData } from 'hyparquet';
import { DataError } from '../../core/errors.js';
import { Budget } from '../../files/bounds.js';
import { withRegular } from '../../files/regular.js';
import { type Table, TableBuilder } from '../tables/table.js';
import { tableFormat } from '../tables/tableFormat.js';
import { type ParquetFile, takePages, takeRows } from './parquetPages.js';

/**
 * Parquet tables, group of rows by group of rows. hyparquet unpacks snappy, which most have, and Node
 * gzip and Brotli.
 */
export const parquet = tableFormat({
  name: 'parquet',
  title: 'Parquet tables',
  matches: ({ head }) => String.fromCharCode(...head.subarray(0, 4)) === 'PAR1',
  table: ({ path }) => readTable(path),
});

const compressors = {
  GZIP: (packed: Uint8Array, length: number) => gunzipSync(packed, { maxOutputLength: length }),
  BROTLI: (packed: Uint8Array, length: number) =>
    brotliDecompressSync(packed, { maxOutputLength: length }),
};
const codecs = ['UNCOMPRESSED', 'SNAPPY', ...Object.keys(compressors)];

function readTable(path: string): Promise<Table> {
  return withRegular(path, (handle, { size }) => readOpened(asyncBuffer(handle, size), path)).catch(
    (error) => {
      if (error instanceof DataError || (error as NodeJS.ErrnoException).code) throw error;
      const why = error instanceof Error ? error.message : 'it cannot be read';
      throw new DataError(`${path} is cut off or damaged: ${why}. Copy or write it once more.`, {
        cause: error,
      });
    },
  );
}

/** What hyparquet reads from: nothing outside of the file, whatever it says. */
const asyncBuffer = (handle: FileHandle, size: number): ParquetFile => ({
  byteLength: size,
  slice: async (start, end = size) => {
    if (!(start >= 0 && end >= start && end <= size)) throw new Error('it ends too early');
    const bytes = new Uint8Array(end - start);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
    if (bytesRead < bytes.length) throw new Error('it ends too early');
    return bytes.buffer;
  },
});

async function readOpened(file: ParquetFile, path: string): Promise<Table> {
  const { parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import('hyparquet');
  const budget = new Budget(path, file.byteLength, DataError);
  const metadata = await parquetMetadataAsync(file);
  takeRows(metadata, path, budget);
  refuseCodecs(metadata, path);
  const elements = parquetSchema(metadata).children.map(({ element, children }) => {
    if (children.length === 0 && element.repetition_type !== 'REPEATED') return element;
    throw new DataError(
      `${path}, column '${element.name}' holds lists or objects; a column has one value a row. Give each of its values a column of its own.`,
    );
  });
  const names = elements.map(({ name }) => name);
  const builder = new TableBuilder(path, false, budget);
  for (const _ of names) builder.addColumn();
  let row = 0;
  for (const group of metadata.row_groups) {
    await takePages(file, group, elements, { path, budget, compressors });
    const part = { rowStart: 0, rowEnd: Number(group.num_rows) };
    const alone = { ...metadata, num_rows: group.num_rows, row_groups: [group] };
    // Column by column: of several at once hyparquet leaves the second failure to nobody.
    const columns: unknown[][] = [];
    for (const name of names) {
      const rows = await parquetReadObjects({
        ...{ file, metadata: alone, compressors, columns: [name] },
        ...part,
      });
      columns.push(rows.map((cells) => cells[name]));
    }
    for (let i = 0; i < part.rowEnd; i++) {
      builder.addRow(
        columns.map((cells) => cells[i]),
        ++row,
      );
    }
  }
  return builder.table(names);
}

/** @throws DataError if a column is packed in a way that nothing here unpacks. */
function refuseCodecs({ row_groups }: FileMetaData, path: string): void {
  for (const { columns } of row_groups) {
    for (const { meta_data } of columns) {
      if (meta_data === undefined || codecs.includes(meta_data.codec)) continue;
      throw new DataError(
        `${path} is compressed by ${meta_data.codec ?? 'nothing that is known'}; handgrad unpacks snappy, gzip and Brotli. Write it with compression='snappy'.`,
      );
    }
  }
}
