import { expect, test } from '@jest/globals';
import { gzipParquet, snappyParquet, zstdParquet } from './fixtures.js';
import { classesOf, rowsOf, trial } from './trial.js';

const { read, failure } = trial();

test.each([
  ['snappy', snappyParquet],
  ['gzip', gzipParquet],
])('a table that is compressed by %s', async (_, bytes) => {
  const { train, format } = await read('a.parquet', bytes);
  expect(format).toBe('parquet');
  expect(rowsOf(train)).toEqual([[1.5], [2.5], [3.5], [4.5]]);
  expect(classesOf(train)).toEqual(['a', 'b', 'a', 'b']);
});

test("pandas' index behind the columns is neither input nor target", async () => {
  const { notes } = await read('a.parquet', snappyParquet);
  expect(notes).toEqual([
    "The index of the table's rows is left out.",
    'Target: kind, the last column: 2 classes.',
  ]);
});

test.each<[string, Uint8Array, RegExp]>([
  ['another compression', zstdParquet, /compressed by ZSTD.*compression='snappy'/],
  ['a cut file', snappyParquet.subarray(0, 300), /cut off or damaged/],
  [
    'damage',
    Uint8Array.from(snappyParquet, (byte, i) => (i > 4 && i < 60 ? 0xff : byte)),
    /damaged/,
  ],
])('%s is refused', async (_, bytes, message) => {
  expect(await failure(read('a.parquet', bytes))).toMatch(message);
});
