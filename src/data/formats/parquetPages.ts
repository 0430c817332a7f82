import type { ColumnChunk, Compressors, FileMetaData, RowGroup, SchemaElement } from 'hyparquet';
import { DataError } from '../../core/errors.js';
import { assertFew, type Budget } from '../../files/bounds.js';
import { assertRuns } from './parquetRuns.js';

/*
 * What a Parquet file will take, by the headers of its pages, before any of them is unpacked. Source:
 * parquet-format, parquet.thrift, PageHeader.
 */

/** A value takes so much while rows are made of it. */
const perValue = 24;
/** A page, or a group of rows, beside its values. */
const perPage = 512;
/** A header with the smallest and largest value of its page; writers leave out long ones. */
const longestHeader = 2 ** 14;

export interface ParquetFile {
  readonly byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer>;
}

/** @throws DataError where the groups of rows are too many, or have too many rows for the file. */
export function takeRows({ row_groups }: FileMetaData, path: string, budget: Budget): void {
  assertFew(path, row_groups.length, 'entries', 'groups of rows', DataError);
  for (const { num_rows, columns } of row_groups) {
    assertFew(path, columns.length, 'columns', 'columns', DataError);
    const rows = Number(num_rows);
    if (!(rows >= 0)) throw new DataError(`${path} is damaged: it has ${rows} rows. Get it again.`);
    budget.take(perPage + rows * (columns.length + 1) * 8);
  }
}

/** What is shared by the groups of a file. */
export interface Pages {
  readonly path: string;
  readonly budget: Budget;
  readonly compressors: Compressors;
}

/** Goes from page to page of a group. @throws DataError where they unpack to too much, or end nowhere. */
export async function takePages(
  file: ParquetFile,
  { columns }: RowGroup,
  elements: readonly SchemaElement[],
  { path, budget, compressors }: Pages,
): Promise<void> {
  const { parquetHeader } = await import('hyparquet/src/column.js');
  for (const [i, column] of columns.entries()) {
    const codec = column.meta_data?.codec ?? '';
    const { start, end } = placeOf(column, file.byteLength, path);
    const bytes = await file.slice(start, end);
    for (let at = 0; at < bytes.byteLength - 1; ) {
      const view = new DataView(bytes, at, Math.min(longestHeader, bytes.byteLength - at));
      const reader = { view, offset: 0 };
      const header = parquetHeader(reader);
      const of = [
        header.data_page_header?.num_values,
        header.data_page_header_v2?.num_values,
        header.data_page_header_v2?.num_rows,
        header.dictionary_page_header?.num_values,
      ];
      const sizes = [header.compressed_page_size, header.uncompressed_page_size, ...of];
      if (sizes.some((size) => size !== undefined && !(Number(size) >= 0))) {
        throw new DataError(`${path} is damaged: a page has a size below 0. Get it again.`);
      }
      const values = Math.max(0, ...of.map((count) => Number(count ?? 0)));
      budget.take(perPage + Number(header.uncompressed_page_size) + perValue * values);
      const [from, length] = [at + reader.offset, Number(header.compressed_page_size)];
      at = from + length;
      if (at > bytes.byteLength) throw new Error('a page ends too early');
      const page = new Uint8Array(bytes, from, length);
      await assertRuns({ header, bytes: page, codec, element: elements[i] }, compressors, path);
    }
  }
}

/** The bytes of a column, its dictionary first. */
function placeOf({ meta_data }: ColumnChunk, size: number, path: string) {
  const {
    dictionary_page_offset: first,
    data_page_offset,
    total_compressed_size,
  } = meta_data ?? {};
  const start = Number(first || data_page_offset);
  const end = start + Number(total_compressed_size);
  if (start >= 0 && end >= start && end <= size) return { start, end };
  throw new DataError(`${path} is damaged: a column lies outside of it. Get it again.`);
}
