import { describe, expect, test } from '@jest/globals';
import { PNG } from 'pngjs';
import { RandomState } from '../../src/core/random.js';
import { PictureDamage } from '../../src/data/pictureDamage.js';
import { decodePng } from '../../src/data/png.js';
import { readPng } from '../../src/data/pngChunks.js';
import type { Reduction } from '../../src/data/reduction.js';
import { golden } from '../support/goldens.js';
import { chunk, png } from './pictureFixtures.js';

const decode = (bytes: Uint8Array, reduction?: Reduction) => {
  const { data, width, height } = decodePng(readPng(bytes), reduction);
  return { data: [...data], width, height };
};

/** What pngjs makes of the same file, laid over white: 255 + (c - 255) alpha / 255. */
const byPngjs = (bytes: Uint8Array) => {
  const { data, width, height } = PNG.sync.read(Buffer.from(bytes));
  const overWhite = [...data].map((c, i) => Math.round(255 + ((c - 255) * data[i | 3]) / 255));
  return { data: overWhite.filter((_, i) => i % 4 < 3), width, height };
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
      expect(decode(bytes)).toEqual(byPngjs(bytes));
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
    const { data } = decode(png({ width: 2, height: 1, ...options }));
    expect(data.slice(0, 3)).toEqual([255, 255, 255]); // white shows through
    expect(data[3]).toBeLessThan(255);
  });
});

test('16 bits are rounded to the nearest of 8', () => {
  // v · 255 / 65535 = v / 257; 128 of 257 is below the half, 129 above it.
  const rows = [[0, 128, 0, 129, 255, 126, 255, 127]];
  const { data } = decode(png({ width: 4, height: 1, depth: 16, colourType: 0, rows }));
  expect([data[0], data[3], data[6], data[9]]).toEqual([0, 1, 254, 255]);
});

describe('is refused', () => {
  const grey = { width: 2, height: 2, depth: 8, colourType: 0, rows: [[1, 2], [3, 4]] }; // biome-ignore format: a row each
  test.each<[string, Parameters<typeof png>[0], RegExp]>([
    [
      'with a line missing',
      { ...grey, rows: [[1, 2]] },
      /cut off: 3 of 6 bytes of its pixels are missing/,
    ],
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
    expect(() => decode(png(options))).toThrow(message);
  });

  test('with a byte changed, unless the pixels are the same all the same', () => {
    const whole = png(grey);
    let refused = 0;
    for (let i = 8; i < whole.length; i++) {
      const wrong = Uint8Array.from(whole);
      wrong[i] ^= 1;
      try {
        expect(decode(wrong)).toEqual(decode(whole));
      } catch (error) {
        expect(error).toBeInstanceOf(PictureDamage);
        refused++;
      }
    }
    // All but the length and the checksum of IDAT, which Adler’s stands in for, and IEND.
    expect(refused).toBeGreaterThan(whole.length - 8 - 8 - 12);
  });
});

describe('is read', () => {
  const grey = { width: 2, height: 2, depth: 8, colourType: 0, rows: [[1, 2], [3, 4]] }; // biome-ignore format: a row each
  const pixels = [1, 2, 3, 4].flatMap((v) => [v, v, v]);
  const whole = png(grey);
  const IDAT = Buffer.from(whole).indexOf('IDAT') - 4;
  const IEND = whole.length - 12;
  const withChunk = (at: number, made: Uint8Array, changed = false) => {
    if (changed) made[made.length - 1] ^= 1;
    return Uint8Array.from([...whole.subarray(0, at), ...made, ...whole.subarray(at)]);
  };

  test('more pixels than it declares take no memory', () => {
    const rows = Array<number[]>(5000).fill(Array(1000).fill(0));
    expect(decode(png({ ...grey, rows })).data).toHaveLength(12);
  });

  test.each(['tEXt', 'zTXt', 'gAMA', 'iCCP', 'pHYs', 'tIME', 'bKGD', 'eXIf', 'abCd'])(
    'with a wrong checksum of its %s, which decides no pixel, wherever it stands',
    (type) => {
      for (const at of [IDAT, IEND]) {
        expect(decode(withChunk(at, chunk(type, [1, 2, 3]), true)).data).toEqual(pixels);
      }
    },
  );

  test.each([
    ['IEND', whole.subarray(0, IEND)],
    ['the checksum of its IDAT', whole.subarray(0, IEND - 4)],
    ['half of IEND', whole.subarray(0, IEND + 6)],
    ['a part of its last checksum', whole.subarray(0, IEND - 6)],
  ])('without %s', (_, bytes) => {
    expect(decode(bytes).data).toEqual(pixels);
  });

  test('with bytes behind its pixels, in their chunk and behind the end', () => {
    const { palette: _, ...header } = { ...grey, palette: undefined };
    const packed = [...whole.subarray(IDAT + 8, IEND - 4), 1, 2, 3];
    const longer = [...whole.subarray(0, IDAT), ...chunk('IDAT', packed), ...whole.subarray(IEND)];
    expect(decode(Uint8Array.from(longer)).data).toEqual(pixels);
    expect(decode(Uint8Array.from([...whole, 9, 9, 9])).data).toEqual(decode(png(header)).data);
  });

  test('with its IDAT in several chunks, one of them empty', () => {
    const packed = whole.subarray(IDAT + 8, IEND - 4);
    const parts = [packed.subarray(0, 3), [], packed.subarray(3)].flatMap((part) => [
      ...chunk('IDAT', part),
    ]);
    const bytes = [...whole.subarray(0, IDAT), ...parts, ...whole.subarray(IEND)];
    expect(decode(Uint8Array.from(bytes)).data).toEqual(pixels);
  });

  test('but not with a wrong checksum of what decides a pixel', () => {
    const tRNS = withChunk(IDAT, chunk('tRNS', [0, 1]), true);
    expect(() => decode(tRNS)).toThrow('damaged: the checksum of its tRNS is wrong');
    const PLTE = withChunk(IDAT, chunk('PLTE', [1, 2, 3]), true);
    expect(() => decode(PLTE)).toThrow('damaged: the checksum of its PLTE is wrong');
    const unknown = withChunk(IDAT, chunk('ABCD', []));
    expect(() => decode(unknown)).toThrow('it needs ABCD, which is not known');
  });

  test('nor with pixels that their own checksum denies, though that of their chunk is right', () => {
    const packed = whole.slice(IDAT + 8, IEND - 4);
    packed[packed.length - 1] ^= 1;
    const bytes = [...whole.subarray(0, IDAT), ...chunk('IDAT', packed), ...whole.subarray(IEND)];
    expect(() => decode(Uint8Array.from(bytes))).toThrow('the checksum of its pixels is wrong');
  });
});

interface Read {
  file: string;
  width: number;
  height: number;
  rgb: string;
}
const { pngs } = golden<{ pngs: Record<string, Read> }>('pictures');

test.each(Object.entries(pngs))('%s has the bytes of Pillow', (_, { file, rgb, ...size }) => {
  const data = [...Buffer.from(rgb, 'base64')];
  expect(decode(Buffer.from(file, 'base64'))).toEqual({ data, ...size });
});

describe.each([2, 4, 8] as const)('at 1/%i of its sides', (by) => {
  test.each([false, true])(
    'a pixel is the mean of those it stands for; interlaced: %s',
    (interlaced) => {
      const [width, height] = [21, 13];
      const kind = { colourType: 6, depth: 8, interlaced };
      const bytes = anyPicture(kind, [width, height], new RandomState(by));
      const whole = byPngjs(bytes).data;
      const found = decode(bytes, by);
      expect(found).toMatchObject({ width: Math.ceil(width / by), height: Math.ceil(height / by) });
      const means = found.data.map((_, i) => {
        const [x, y] = [Math.floor(i / 3) % found.width, Math.floor(i / 3 / found.width)];
        const values = whole.filter((_, j) => {
          const [u, v] = [Math.floor(j / 3) % width, Math.floor(j / 3 / width)];
          return j % 3 === i % 3 && Math.floor(u / by) === x && Math.floor(v / by) === y;
        });
        return Math.round(values.reduce((sum, value) => sum + value) / values.length);
      });
      expect(found.data).toEqual(means);
    },
  );
});
