import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { RandomState } from '../../src/core/random.js';
import { PictureDamage } from '../../src/data/pictureDamage.js';
import type { PngHeader } from '../../src/data/pngChunks.js';
import { LineReader, paeth, passesOf, pixelBytes } from '../../src/data/pngLines.js';

const headerOf = (change: Partial<PngHeader>): PngHeader => ({
  ...{ width: 1, height: 1, depth: 8, colourType: 0, samples: 1, interlaced: false },
  ...change,
});

/** The lines that come out of `bytes`, given in pieces of so many. */
function linesOf(header: PngHeader, bytes: Uint8Array, piece: number) {
  const lines: { line: number[]; pass: number; row: number }[] = [];
  const passes = passesOf(header).map((pass) => JSON.stringify(pass));
  const reader = new LineReader(header, (line, pass, row) => {
    lines.push({ line: [...line], pass: passes.indexOf(JSON.stringify(pass)), row });
  });
  for (let at = 0; at < bytes.length; at += piece) reader.push(bytes.subarray(at, at + piece));
  return { lines, reader };
}

describe('passes', () => {
  /** Section 8.1: every pixel of an 8 x 8 tile stands in one pass of Adam7. */
  const tile = [
    ...['16462646', '77777777', '56565656', '77777777'],
    ...['36463646', '77777777', '56565656', '77777777'],
  ];

  test.each([
    [1, 1],
    [2, 1],
    [1, 2],
    [3, 3],
    [4, 5],
    [5, 4],
    [8, 8],
    [9, 17],
  ])('of %i x %i pixels come to the pixels that the tile says', (width, height) => {
    const found = Array.from({ length: height }, () => Array<string>(width).fill(''));
    for (const { x, y, dx, dy, columns, rows } of passesOf(
      headerOf({ width, height, interlaced: true }),
    )) {
      const pass = tile[y][x];
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          found[y + row * dy][x + column * dx] += pass;
        }
      }
    }
    expect(found.map((line) => line.join(''))).toEqual(
      found.map((line, y) => Array.from(line, (_, x) => tile[y % 8][x % 8]).join('')),
    );
  });

  test('without interlacing there is one', () => {
    expect(passesOf(headerOf({ width: 3, height: 2 }))).toEqual([
      { x: 0, y: 0, dx: 1, dy: 1, columns: 3, rows: 2, lineBytes: 4 },
    ]);
  });

  test.each([
    ['no width', { width: 0 }],
    ['no height', { height: 0 }],
    ['no width, interlaced', { width: 0, height: 9, interlaced: true }],
  ])('a picture of %s has none, and no bytes', (_, size) => {
    expect(passesOf(headerOf(size))).toEqual([]);
    expect(pixelBytes(headerOf(size))).toBe(0);
  });

  // A line begins with the byte of its filter and ends with a whole byte.
  test.each([
    [{ width: 7, depth: 1 }, 2],
    [{ width: 9, depth: 1 }, 3],
    [{ width: 3, depth: 4 }, 3],
    [{ width: 3, depth: 8, samples: 4 }, 13],
    [{ width: 3, depth: 16, samples: 3 }, 19],
  ])('%j: %i bytes a line', (kind, lineBytes) => {
    expect(passesOf(headerOf(kind))[0].lineBytes).toBe(lineBytes);
    expect(pixelBytes(headerOf({ ...kind, height: 5 }))).toBe(5 * lineBytes);
  });

  // Adam7 of 5 x 5: 1, 1, 2, 2, 3, 6 and 10 pixels, in 1, 1, 1, 2, 1, 3 and 2 lines.
  test('interlaced, the bytes of all passes', () => {
    expect(pixelBytes(headerOf({ width: 5, height: 5, interlaced: true }))).toBe(25 + 11);
  });
});

/** Section 9.2: x is the byte of a line, a the one a pixel before it, b above it, c a pixel before b. */
const filters: readonly ((a: number, b: number, c: number) => number)[] = [
  () => 0,
  (a) => a,
  (_, b) => b,
  (a, b) => Math.floor((a + b) / 2),
  (a, b, c) => {
    const p = a + b - c;
    const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
    if (pa <= pb && pa <= pc) return a;
    if (pb <= pc) return b;
    return c;
  },
];

describe.each([
  ['2 bits', { depth: 2 }, 1],
  ['grey', {}, 1],
  ['grey and alpha', { samples: 2 }, 2],
  ['RGB', { samples: 3 }, 3],
  ['RGB and alpha in 16 bits', { samples: 4, depth: 16 }, 8],
])('lines of %s', (_, kind, step) => {
  test.each([1, 2, 5])('of %i pixels, with each filter behind each', (width) => {
    const order = [...[4, 3, 2, 1, 0], ...[0, 4, 1, 4, 2, 4], ...[3, 3, 1, 3, 2, 2, 0, 3, 0], 1];
    const header = headerOf({ ...kind, width, height: order.length });
    const length = passesOf(header)[0].lineBytes - 1;
    const random = new RandomState(width);
    const bytes = order.flatMap((filter) => [filter, ...random.randint(0, 256, length)]);

    const expected: number[][] = [];
    for (const [row, filter] of order.entries()) {
      const above = expected[row - 1] ?? Array<number>(length).fill(0);
      const line: number[] = [];
      for (let i = 0; i < length; i++) {
        const [a, b, c] = [line[i - step] ?? 0, above[i], above[i - step] ?? 0];
        line.push((bytes[row * (length + 1) + 1 + i] + filters[filter](a, b, c)) & 255);
      }
      expected.push(line);
    }
    for (const piece of [1, 3, length + 1, bytes.length]) {
      const { lines, reader } = linesOf(header, Uint8Array.from(bytes), piece);
      expect(lines).toEqual(expected.map((line, row) => ({ line, pass: 0, row })));
      expect(reader).toMatchObject({ missing: 0, surplus: false });
    }
  });
});

test('a pass begins anew: nothing is above its first line', () => {
  const header = headerOf({ width: 3, height: 3, interlaced: true });
  // Passes 1, 4, 5, 6 and 7 have pixels: 1, 1, 2, 1 + 1 and 3 of them.
  const bytes = Uint8Array.of(2, 9, 2, 8, 2, 7, 6, 2, 5, 2, 4, 2, 3, 2, 1);
  const { lines } = linesOf(header, bytes, bytes.length);
  expect(lines).toEqual([
    { line: [9], pass: 0, row: 0 },
    { line: [8], pass: 1, row: 0 },
    { line: [7, 6], pass: 2, row: 0 },
    { line: [5], pass: 3, row: 0 },
    { line: [5 + 4], pass: 3, row: 1 },
    { line: [3, 2, 1], pass: 4, row: 0 },
  ]);
});

test.each([5, 255])('a filter %i is none', (filter) => {
  const reading = () => linesOf(headerOf({}), Uint8Array.of(filter, 0), 2);
  expect(reading).toThrow(PictureDamage);
  expect(reading).toThrow(`damaged: it has a filter ${filter}`);
});

test('what is missing, and what is too much', () => {
  const header = headerOf({ width: 2, height: 2 });
  const { lines, reader } = linesOf(header, Uint8Array.of(0, 1, 2, 0), 3);
  expect(lines).toEqual([{ line: [1, 2], pass: 0, row: 0 }]);
  expect(reader).toMatchObject({ missing: 2, surplus: false });
  reader.push(Uint8Array.of(3, 4));
  expect(reader).toMatchObject({ missing: 0, surplus: false });
  reader.push(new Uint8Array(0));
  expect(reader.surplus).toBe(false);
  reader.push(Uint8Array.of(9));
  expect(reader).toMatchObject({ missing: 0, surplus: true });
  reader.push(new Uint8Array(0));
  expect(reader.surplus).toBe(true);
  expect(lines).toHaveLength(2);
});

describe('the checksum', () => {
  /** What zlib writes behind the same bytes. */
  const byZlib = (bytes: Uint8Array) =>
    deflateSync(bytes).readUInt32BE(deflateSync(bytes).length - 4);

  test.each([0, 1, 100, 5552, 5553, 200_000])('of %i bytes is zlib’s', (length) => {
    for (const value of [0, 1, 255]) {
      const bytes = new Uint8Array(length).fill(value);
      bytes[0] = 0; // it is the filter
      const reader = new LineReader(headerOf({ width: Math.max(1, length - 1) }), () => {});
      for (let at = 0; at < length; at += 70_000) reader.push(bytes.subarray(at, at + 70_000));
      expect(reader.adler).toBe(byZlib(bytes));
    }
  });

  test('of more than there are lines is that of the lines', () => {
    const reader = new LineReader(headerOf({ width: 2 }), () => {});
    reader.push(Uint8Array.of(0, 5, 6, 7, 8));
    expect(reader.adler).toBe(byZlib(Uint8Array.of(0, 5, 6)));
  });
});

test('of several neighbours that are as near the first counts, as section 9.4 says', () => {
  for (const left of [0, 1, 2, 3, 254, 255]) {
    for (const up of [0, 1, 2, 3, 254, 255]) {
      for (const upLeft of [0, 1, 2, 3, 254, 255]) {
        expect(paeth(left, up, upLeft)).toBe(filters[4](left, up, upLeft));
      }
    }
  }
});
