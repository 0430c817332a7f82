import type { Compressors, SchemaElement } from 'hyparquet';
import type { parquetHeader } from 'hyparquet/src/column.js';
import { DataError } from '../../core/errors.js';

/*
 * Levels and places in a dictionary stand in a page as runs: a value, and how often it comes. A run of a
 * billion takes five bytes, so that each is looked at before the page is read. Source: parquet-format,
 * Encodings.md, "Run Length Encoding / Bit-Packing Hybrid".
 */

type Header = ReturnType<typeof parquetHeader>;

/** The last run of packed values may be longer than the page. */
const padding = 512;

interface Page {
  readonly header: Header;
  /** As it lies in the file. */
  readonly bytes: Uint8Array;
  readonly codec: string;
  readonly element: SchemaElement;
}

/** @throws DataError if a run is longer than its page. */
export async function assertRuns(
  page: Page,
  compressors: Compressors,
  path: string,
): Promise<void> {
  const { header, bytes, element } = page;
  const isOptional = element.repetition_type === 'OPTIONAL';
  const { data_page_header: v1, data_page_header_v2: v2 } = header;
  const size = Number(header.uncompressed_page_size);
  if (v1) {
    const unpacked = await unpack(page, bytes, size, compressors);
    let at = 0;
    if (isOptional) {
      const length = viewOf(unpacked).getUint32(0, true);
      await scan(unpacked.subarray(4), 1, v1.num_values, path);
      at = 4 + length;
    }
    await scanValues(unpacked.subarray(at), v1.encoding, v1.num_values, element, path);
  } else if (v2) {
    const levels = v2.repetition_levels_byte_length + v2.definition_levels_byte_length;
    if (isOptional) {
      await scan(bytes.subarray(v2.repetition_levels_byte_length), 1, v2.num_values, path);
    }
    const rest = bytes.subarray(levels);
    const isPacked = v2.is_compressed !== false && size > levels;
    const unpacked = isPacked ? await unpack(page, rest, size - levels, compressors) : rest;
    await scanValues(unpacked, v2.encoding, v2.num_values, element, path);
  }
}

async function unpack(
  { codec }: Page,
  packed: Uint8Array,
  size: number,
  compressors: Compressors,
): Promise<Uint8Array> {
  if (codec === 'UNCOMPRESSED') return packed;
  const custom = compressors[codec as keyof Compressors];
  if (custom) return custom(packed, size);
  const { snappyUncompress } = await import('hyparquet');
  const page = new Uint8Array(size);
  snappyUncompress(packed, page);
  return page;
}

async function scanValues(
  bytes: Uint8Array,
  encoding: string,
  count: number,
  { type }: SchemaElement,
  path: string,
): Promise<void> {
  if (!['RLE', 'RLE_DICTIONARY', 'PLAIN_DICTIONARY'].includes(encoding)) return;
  // Of booleans the length stands before; else the bits of a value.
  if (type === 'BOOLEAN') await scan(bytes.subarray(4), 1, count, path);
  else if (bytes.length > 0 && bytes[0] > 0) await scan(bytes.subarray(1), bytes[0], count, path);
}

/** Goes from run to run until there are as many values as the page has, or it ends. */
async function scan(bytes: Uint8Array, width: number, count: number, path: string): Promise<void> {
  const { readVarInt } = await import('hyparquet/src/thrift.js');
  const reader = { view: viewOf(bytes), offset: 0 };
  for (let seen = 0; seen < count && reader.offset < bytes.length; ) {
    const header = readVarInt(reader);
    const isPacked = (header & 1) === 1;
    const length = isPacked ? (header >>> 1) * 8 : header >>> 1;
    if (length > count + padding) {
      throw new DataError(
        `${path} is damaged: a run of ${length} values stands in a page of ${count}. Get it again.`,
      );
    }
    reader.offset += isPacked ? (header >>> 1) * width : (width + 7) >> 3;
    seen += length;
  }
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  new DataView(buffer, byteOffset, byteLength);
