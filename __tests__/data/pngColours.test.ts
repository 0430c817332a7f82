import { describe, expect, test } from '@jest/globals';
import { decodePng } from '../../src/data/png.js';
import { readPng } from '../../src/data/pngChunks.js';
import { png } from './pictureFixtures.js';

/** The colours of a line of pixels, R G B each. */
const colours = (options: Omit<Parameters<typeof png>[0], 'height' | 'rows'>, line: number[]) => {
  const { data, width } = decodePng(readPng(png({ ...options, height: 1, rows: [line] })));
  return Array.from({ length: width }, (_, i) => [...data.subarray(3 * i, 3 * i + 3)]);
};
const white = [255, 255, 255];
const grey = (value: number) => [value, value, value];

describe('the one colour that is clear', () => {
  // Section 11.3.1: a pixel is clear if all bits of all of its samples are those of the tRNS chunk.
  test('in RGB: every sample counts', () => {
    const line = [1, 2, 3, 0, 2, 3, 1, 0, 3, 1, 2, 0, 3, 2, 1];
    const options = { width: 5, depth: 8, colourType: 2, transparency: [0, 1, 0, 2, 0, 3] };
    expect(colours(options, line)).toEqual([
      white,
      ...[
        [0, 2, 3],
        [1, 0, 3],
        [1, 2, 0],
        [3, 2, 1],
      ],
    ]);
  });

  test('in RGB of 16 bits: both bytes of every sample count', () => {
    const clear = [10, 1, 20, 2, 30, 3];
    const lines = clear.map((_, i) => clear.with(i, clear[i] + 40));
    const found = colours({ width: 7, depth: 16, colourType: 2, transparency: clear }, [
      ...clear,
      ...lines.flat(),
    ]);
    // v · 255 / 65535 of the two bytes, to the nearest.
    const plain = lines.map((line) =>
      [0, 2, 4].map((i) => Math.round((256 * line[i] + line[i + 1]) / 257)),
    );
    expect(found).toEqual([white, ...plain]);
  });

  test('in grey of 16 bits', () => {
    const options = { width: 3, depth: 16, colourType: 0, transparency: [10, 1] };
    const found = colours(options, [10, 1, 10, 2, 11, 1]);
    expect(found).toEqual([white, grey(10), grey(11)]);
  });

  test.each([
    ['grey', 0, [[]], [0]],
    ['RGB', 2, [[]], [0, 0, 0, 0, 0]],
  ])('is none where its chunk is too short: in %s', (_, colourType, __, transparency) => {
    const line = colourType === 0 ? [0] : [0, 0, 0];
    expect(colours({ width: 1, depth: 8, colourType, transparency }, line)).toEqual([grey(0)]);
  });

  test.each([
    ['grey', 0, [7], [0, 7, 9, 9]],
    ['RGB', 2, [7, 7, 7], [0, 7, 0, 7, 0, 7, 9, 9]],
  ])('is that of the first bytes where its chunk is too long: in %s', (_, colourType, line, it) => {
    const options = { width: 1, depth: 8, colourType, transparency: it };
    expect(colours(options, line)).toEqual([white]);
  });

  test.each([
    ['grey and alpha', 4, [7, 255], grey(7)],
    ['RGB and alpha', 6, [7, 7, 7, 255], grey(7)],
  ])('is none where each pixel says how clear it is: %s', (_, colourType, line, colour) => {
    const transparency = [0, 7, 0, 7, 0, 7];
    expect(colours({ width: 1, depth: 8, colourType, transparency }, line)).toEqual([colour]);
  });
});

describe('half clear is mixed with white', () => {
  // 255 + (c - 255) a / 255: a fifth of 255 is 51, two fifths 102.
  test('grey and alpha', () => {
    const line = [0, 51, 0, 102, 100, 0, 100, 255, 155, 51];
    const found = colours({ width: 5, depth: 8, colourType: 4 }, line);
    expect(found).toEqual([grey(204), grey(153), white, grey(100), grey(235)]);
  });

  test('RGB and alpha of 16 bits', () => {
    const line = [0, 0, 55, 55, 255, 255, 51, 51];
    const found = colours({ width: 1, depth: 16, colourType: 6 }, line);
    expect(found).toEqual([[204, 215, 255]]);
  });

  test('a palette, whose last colours have no alpha', () => {
    const palette = [0, 55, 255, 10, 20, 30, 40, 50, 60];
    const options = { width: 3, depth: 8, colourType: 3, palette, transparency: [51, 0] };
    expect(colours(options, [0, 1, 2])).toEqual([[204, 215, 255], white, [40, 50, 60]]);
  });
});

describe('a palette', () => {
  test('has more alphas than colours', () => {
    const options = { width: 1, depth: 8, colourType: 3, palette: [1, 2, 3] };
    expect(colours({ ...options, transparency: [255, 0, 0] }, [0])).toEqual([[1, 2, 3]]);
  });

  test.each([
    ['one colour', [1, 2, 3], 1],
    ['one and two thirds', [1, 2, 3, 4, 5], 1],
    ['none', [], 0],
  ])('of %s has not the colour behind its last', (_, palette, value) => {
    const options = { width: 1, depth: 8, colourType: 3, palette };
    expect(() => colours(options, [value])).toThrow(
      `damaged: it has no colour ${value} in its palette`,
    );
  });
});

test('grey of few bits goes from black to white in even steps', () => {
  expect(colours({ width: 8, depth: 1, colourType: 0 }, [0b10110001])).toEqual(
    [1, 0, 1, 1, 0, 0, 0, 1].map((bit) => grey(255 * bit)),
  );
  expect(colours({ width: 5, depth: 2, colourType: 0 }, [0b00_01_10_11, 0b10_000000])).toEqual(
    [0, 1, 2, 3, 2].map((value) => grey(85 * value)),
  );
  expect(colours({ width: 3, depth: 4, colourType: 0 }, [0x0f, 0x30])).toEqual(
    [0, 15, 3].map((value) => grey(17 * value)),
  );
});
