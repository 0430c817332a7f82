import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { FileMetaData } from 'hyparquet';
import { DataError } from '../../core/errors.js';
import { type Table, TableBuilder } from '../tables/table.js';
import { tableFormat } from '../tables/tableFormat.js';

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

async function readTable(path: string): Promise<Table> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } =
    await import('hyparquet');
  const file = await asyncBufferFromFile(path);
  const damaged = (error: unknown) =>
    new DataError(
      `${path} is cut off or damaged: ${(error as Error).message}. Copy or write it once more.`,
      { cause: error },
    );
  const metadata = await parquetMetadataAsync(file).catch((error) => {
    throw damaged(error);
  });
  refuseCodecs(metadata, path);
  const names = parquetSchema(metadata).children.map(({ element, children }) => {
    if (children.length === 0) return element.name;
    throw new DataError(
      `${path}, column '${element.name}' holds lists or objects; a column has one value a row. Give each of its values a column of its own.`,
    );
  });
  const builder = new TableBuilder(path);
  for (const _ of names) builder.addColumn();
  let row = 0;
  for (const { num_rows } of metadata.row_groups) {
    const part = { rowStart: row, rowEnd: row + Number(num_rows) };
    const rows = await parquetReadObjects({ file, metadata, compressors, ...part }).catch(
      (error) => {
        throw damaged(error);
      },
    );
    for (const cells of rows)
      builder.addRow(
        names.map((name) => cells[name]),
        ++row,
      );
  }
  return builder.table(names);
}

/** @throws DataError if a column is packed in a way that nothing here unpacks. */
function refuseCodecs({ row_groups }: FileMetaData, path: string): void {
  for (const { columns } of row_groups) {
    for (const { meta_data } of columns) {
      if (meta_data === undefined || codecs.includes(meta_data.codec)) continue;
      throw new DataError(
        `${path} is compressed by ${meta_data.codec}; handgrad unpacks snappy, gzip and Brotli. Write it with compression='snappy'.`,
      );
    }
  }
}
