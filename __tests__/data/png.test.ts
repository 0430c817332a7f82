import { describe, expect, test } from '@jest/globals';
import { PNG } from 'pngjs';
import { RandomState } from '../../src/core/random.js';
import { decodePng, encodePng } from '../../src/data/png.js';
import { png } from './pictureFixtures.js';

/** What pngjs makes of the same file. */
const byPngjs = (bytes: Uint8Array) => {
  const { data, width, height } = PNG.sync.read(Buffer.from(bytes));
  return { data: [...data], width, height };
};
const byUs = (bytes: Uint8Array) => {
  const { data, width, height } = decodePng(bytes);
  return { data: [...data], width, height };
};

const samplesOf: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const kinds = [
  [0, 1],
  [0, 2],
  [0, 4],
  [0, 8],
  [0, 16],
  [2, 8],
  [2, 16],
  [3, 1],
  [3, 2],
  [3, 4],
  [3, 8],
  [4, 8],
  [4, 16],
  [6, 8],
  [6, 16],
].flatMap(([colourType, depth]) =>
  [false, true].map((interlaced) => ({ colourType, depth, interlaced })),
);

/** The sizes of Adam7's passes: every pixel of an 8 x 8 tile stands in one of them. */
const tile = [
  '16462646', '77777777', '56565656', '77777777', '36463646', '77777777', '56565656', '77777777',
]; // biome-ignore format: a row of the tile each

/** How many pixels each row of the passes has, as one reads them off the tile. */
function passRows(width: number, height: number): number[] {
  return [1, 2, 3, 4, 5, 6, 7].flatMap((pass) =>
    Array.from({ length: height }, (_, y) => {
      const inTile = tile[y % 8];
      return Array.from({ length: width }, (_, x) => inTile[x % 8]).filter((p) => p === `${pass}`)
        .length;
    }).filter((columns) => columns > 0),
  );
}

/** Any bytes and any filters are a picture. */
function anyPicture(
  { colourType, depth, interlaced }: (typeof kinds)[number],
  [width, height]: number[],
  random: RandomState,
): Uint8Array {
  const bytes = (n: number, below = 256) => [...random.randint(0, below, n)];
  const widths = interlaced ? passRows(width, height) : Array<number>(height).fill(width);
  const rows = widths.map((columns) =>
    bytes(Math.ceil((columns * samplesOf[colourType] * depth) / 8)),
  );
  const palette = colourType === 3 ? bytes(3 * 2 ** depth) : undefined;
  const transparency = colourType === 3 ? bytes(2 ** depth - 1) : undefined;
  const filters = bytes(rows.length, 5);
  return png({
    width,
    height,
    depth,
    colourType,
    rows,
    filters,
    interlaced,
    palette,
    transparency,
  });
}

describe.each(kinds)(
  'colour type $colourType, $depth bits a sample, interlaced: $interlaced',
  (kind) => {
    test.each([
      [1, 1],
      [3, 2],
      [8, 8],
      [5, 13],
      [33, 17],
    ])('%i x %i is what pngjs reads', (...size) => {
      const bytes = anyPicture(kind, size, new RandomState(size[0] + 100 * kind.depth));
      expect(byUs(bytes)).toEqual(byPngjs(bytes));
    });
  },
);

describe('the one colour that is clear', () => {
  // Section 11.3.1: a pixel that matches all samples, in all their bits, is clear; any other is not.
  test.each([
    ['in grey', { depth: 8, colourType: 0, rows: [[7, 8]], transparency: [0, 7] }],
    [
      'in 2 bits of grey',
      { depth: 2, colourType: 0, rows: [[0b10_01_0000]], transparency: [0, 2] },
    ],
    [
      'in RGB',
      { depth: 8, colourType: 2, rows: [[1, 2, 3, 1, 2, 4]], transparency: [0, 1, 0, 2, 0, 3] },
    ],
    ['in 16 bits', { depth: 16, colourType: 0, rows: [[9, 1, 9, 2]], transparency: [9, 1] }],
  ])('%s', (_, options) => {
    const { data } = decodePng(png({ width: 2, height: 1, ...options }));
    expect([data[3], data[7]]).toEqual([0, 255]);
  });
});

test('16 bits are rounded to the nearest of 8', () => {
  // v · 255 / 65535 = v / 257; 128 of 257 is below the half, 129 above it.
  const rows = [[0, 128, 0, 129, 255, 126, 255, 127]];
  const { data } = decodePng(png({ width: 4, height: 1, depth: 16, colourType: 0, rows }));
  expect([data[0], data[4], data[8], data[12]]).toEqual([0, 1, 254, 255]);
});

describe('is refused', () => {
  const grey = { width: 2, height: 2, depth: 8, colourType: 0, rows: [[1, 2], [3, 4]] }; // biome-ignore format: a row each
  test.each<[string, Parameters<typeof png>[0], RegExp]>([
    ['with a line missing', { ...grey, rows: [[1, 2]] }, /its pixels have 3 bytes, not 6/],
    ['a filter that is none', { ...grey, filters: [5, 0] }, /it has a filter 5/],
    ['a colour type that is none', { ...grey, colourType: 5 }, /its header says 8, 5/],
    [
      'a depth that its colours have not',
      { ...grey, colourType: 2, depth: 4 },
      /its header says 4, 2/,
    ],
    [
      'a palette too short',
      { ...grey, colourType: 3, palette: [1, 2, 3] },
      /no colour 1 in its palette/,
    ],
    ['a palette missing', { ...grey, colourType: 3 }, /no colour 1 in its palette/],
  ])('%s', (_, options, message) => {
    expect(() => decodePng(png(options))).toThrow(message);
  });

  test('a file with any byte changed, but for the signature', () => {
    const whole = png(grey);
    for (let i = 8; i < whole.length; i++) {
      const wrong = Uint8Array.from(whole);
      wrong[i] ^= 1;
      expect(() => decodePng(wrong)).toThrow();
    }
  });

  test('more pixels than it declares take no memory', () => {
    const rows = Array<number[]>(5000).fill(Array(1000).fill(0));
    const { data } = decodePng(png({ ...grey, rows }));
    expect(data).toHaveLength(16);
  });
});

describe('encoded', () => {
  const random = new RandomState(3);
  const noise = (width: number, height: number) => ({
    data: Uint8Array.from(random.randint(0, 256, width * height * 3)),
    width,
    height,
  });

  test.each([
    [1, 1],
    [7, 3],
    [64, 64],
  ])('%i x %i: pngjs reads it', (width, height) => {
    const picture = noise(width, height);
    const { data, ...size } = byPngjs(encodePng(picture));
    expect(size).toEqual({ width, height });
    expect(data.filter((_, i) => i % 4 !== 3)).toEqual([...picture.data]);
    expect(data.filter((_, i) => i % 4 === 3)).toEqual(Array(width * height).fill(255));
  });

  test('a slope is small', () => {
    const slope = new Uint8Array(100 * 100 * 3).map((_, i) => Math.floor(i / 300));
    expect(encodePng({ data: slope, width: 100, height: 100 }).length).toBeLessThan(1000);
  });
});
