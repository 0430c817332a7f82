import { expect, test } from '@jest/globals';
import { assertHeapsEnd } from '../../src/data/hdf5Heaps.js';
import { stringsH5 } from './formats/fixtures.js';

/*
 * A heap as the HDF5 File Format Specification 3.0, III.E, draws it: GCOL, the size of the collection, and
 * objects with their index, count, four bytes of nothing, size, and bytes up to a multiple of 8.
 */

/** A file with a user block's worth of bytes before it, and one heap. */
function fileWith(objects: readonly (readonly [index: number, size: bigint])[], lengths = 8) {
  const bytes = new Uint8Array(4096);
  bytes.set([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0, 0, 8, lengths], 512);
  const view = new DataView(bytes.buffer);
  const write = (at: number, size: bigint) => {
    if (lengths === 8) view.setBigUint64(at, size, true);
    else view.setUint32(at, Number(size), true);
  };
  bytes.set([...new TextEncoder().encode('GCOL'), 1], 1001);
  write(1001 + 8, 2048n);
  let at = 1001 + 16;
  for (const [index, size] of objects) {
    view.setUint16(at, index, true);
    write(at + 8, size);
    at += index === 0 ? Number(size) : 16 + 8 * Math.ceil(Number(size) / 8);
  }
  return bytes;
}

test.each([
  [
    'free space of no bytes',
    [
      [1, 9n],
      [0, 0n],
    ],
    8,
  ],
  [
    'the same with sizes of four bytes',
    [
      [1, 9n],
      [0, 0n],
    ],
    4,
  ],
  [
    'a size of which 32 bits are nothing, with its head',
    [
      [1, 9n],
      [2, 0xfffffff0n],
    ],
    8,
  ],
  ['free space of which 32 bits are nothing', [[0, 0x500000000n]], 8],
] as const)('%s would never end', (_, objects, lengths) => {
  expect(() => assertHeapsEnd(fileWith(objects, lengths))).toThrow(
    'heap at byte 1001 has an object',
  );
});

test.each([
  [
    'texts, and free space behind them',
    [
      [1, 9n],
      [2, 8n],
      [3, 0n],
      [0, 1960n],
    ],
  ],
  ['a size beyond the file', [[1, 100_000n]]],
] as const)('%s: HDF5 decides', (_, objects) => {
  expect(() => assertHeapsEnd(fileWith(objects))).not.toThrow();
});

test('a file of h5py with texts has a heap, and passes; with its free space set to 0 it does not', () => {
  const bytes = Uint8Array.from(stringsH5);
  assertHeapsEnd(bytes);
  const view = new DataView(bytes.buffer);
  const heap = Buffer.from(bytes).indexOf('GCOL');
  let at = heap + 16;
  while (view.getUint16(at, true) !== 0) at += 16 + 8 * Math.ceil(view.getUint32(at + 8, true) / 8);
  view.setBigUint64(at + 8, 0n, true);
  expect(() => assertHeapsEnd(bytes)).toThrow(`byte ${heap}`);
});
