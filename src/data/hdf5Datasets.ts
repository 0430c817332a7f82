import type { Dataset, Dtype } from 'h5wasm';
import { DataError } from '../core/errors.js';

/*
 * What is looked at in an HDF5 file before its data are read.
 */

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]; // \x89 H D F \r \n \x1a \n

/** The signature is at byte 0, or at 512, 1024, 2048 … after a user block. */
export function isHdf5(bytes: Uint8Array): boolean {
  for (let start = 0; start + 8 <= bytes.length; start = Math.max(512, 2 * start)) {
    if (SIGNATURE.every((byte, i) => bytes[start + i] === byte)) return true;
  }
  return false;
}

/**
 * Refuses a dataset that declares more than its file can hold.
 *
 * @throws DataError
 */
export function assertPresent(
  dataset: Dataset,
  name: string,
  fileSize: number,
  fileName: string,
): void {
  const shape = dataset.shape ?? [];
  const declared = shape.reduce((product, side) => product * side, dataset.metadata.size);
  if (declared <= maxBytes(fileSize, dataset)) return;
  throw new DataError(
    `${fileName}: ${name} (${shape.join(', ')}) declares ${declared} bytes, which a file of ` +
      `${fileSize} bytes cannot hold. It is damaged or was made to take memory: get it again.`,
  );
}

const DEFLATE_RATIO = 1032; // zlib's maximum compression ratio
const MAX_BYTES = 2 ** 30; // h5wasm's memory cannot hold more than this twice

function maxBytes(fileSize: number, dataset: Dataset): number {
  const ratio = dataset.filters.length > 0 ? DEFLATE_RATIO : 1;
  return Math.min(ratio * fileSize, MAX_BYTES);
}

const TYPES: Record<string, string> = {
  b: 'int8',
  B: 'uint8',
  h: 'int16',
  H: 'uint16',
  i: 'int32',
  I: 'uint32',
  q: 'int64',
  Q: 'uint64',
  e: 'float16',
  f: 'float32',
  d: 'float64',
};

/** The numpy name of an h5wasm dtype such as '<q' or 'S7'. Single bytes have no byte order. */
export function typeName(dtype: Dtype): string {
  if (typeof dtype !== 'string') return 'compound';
  if (/^[SA]\d*$/.test(dtype)) return 'string';
  const name = TYPES[dtype.slice(1)] ?? dtype;
  return dtype.startsWith('>') && !name.endsWith('int8') ? `big-endian ${name}` : name;
}
