import { describe, expect, test } from '@jest/globals';
import jpegJs from 'jpeg-js';
import { PictureError } from '../../src/core/errors.js';
import { decodePicture, isJpegOrPng } from '../../src/data/decodePicture.js';
import type { Picture } from '../../src/data/pictures.js';
import { exifBlock, jpegOf, png, withOrientation } from './pictureFixtures.js';

const decode = (bytes: Uint8Array) => decodePicture(bytes, 'pets/a.png');
const pixels = ({ data }: Picture) => [...data];

describe('a PNG', () => {
  test('in RGB', async () => {
    const rows = [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]]; // biome-ignore format: a row each
    const picture = await decode(png({ width: 2, height: 2, depth: 8, colourType: 2, rows }));
    expect(picture).toMatchObject({ width: 2, height: 2 });
    expect(pixels(picture)).toEqual(rows.flat());
  });

  test('in grey', async () => {
    const grey = png({ width: 2, height: 1, depth: 8, colourType: 0, rows: [[10, 200]] });
    expect(pixels(await decode(grey))).toEqual([10, 10, 10, 200, 200, 200]);
  });

  test('in black and white', async () => {
    const bits = png({ width: 3, height: 1, depth: 1, colourType: 0, rows: [[0b10100000]] });
    expect(pixels(await decode(bits))).toEqual([255, 255, 255, 0, 0, 0, 255, 255, 255]);
  });

  test('in 16 bits', async () => {
    // 257 k of 65535 is k of 255.
    const rows = [[10, 10, 200, 200, 0, 0]];
    const deep = png({ width: 1, height: 1, depth: 16, colourType: 2, rows });
    expect(pixels(await decode(deep))).toEqual([10, 200, 0]);
  });

  test('in 16 bits of grey', async () => {
    const deep = png({ width: 1, height: 1, depth: 16, colourType: 0, rows: [[99, 99]] });
    expect(pixels(await decode(deep))).toEqual([99, 99, 99]);
  });

  test('with a palette, of which one colour is clear', async () => {
    const palette = [10, 20, 30, 40, 50, 60, 70, 80, 90];
    const indexed = { width: 3, height: 1, depth: 8, colourType: 3, rows: [[2, 0, 1]], palette };
    expect(pixels(await decode(png(indexed)))).toEqual([70, 80, 90, 10, 20, 30, 40, 50, 60]);
    const clear = png({ ...indexed, transparency: [0] });
    expect(pixels(await decode(clear))).toEqual([70, 80, 90, 255, 255, 255, 40, 50, 60]);
  });

  test('with alpha is laid over white', async () => {
    // 255 + (c - 255) alpha / 255
    const rows = [[0, 100, 200, 0, 0, 100, 200, 255, 0, 100, 200, 51]];
    const clear = png({ width: 3, height: 1, depth: 8, colourType: 6, rows });
    expect(pixels(await decode(clear))).toEqual([255, 255, 255, 0, 100, 200, 204, 224, 244]);
  });
});

describe('a JPEG', () => {
  test.each<[string, number[], number | undefined, number[]]>([
    ['in grey', [77], undefined, [77, 77, 77]],
    ['without colour', [90, 128, 128], undefined, [90, 90, 90]],
    // R = Y + 1.402 (Cr - 128), G = Y - 0.344 (Cb - 128) - 0.714 (Cr - 128), B = Y + 1.772 (Cb - 128)
    ['in luma and chroma', [100, 78, 178], undefined, [170, 82, 11]],
    ['in RGB', [200, 100, 50], 0, [200, 100, 50]],
    // Adobe stores what no ink covers: R = C K / 255
    ['in CMYK', [200, 100, 50, 204], 0, [160, 80, 40]],
    ['in CMYK without black', [200, 100, 50, 255], 0, [200, 100, 50]],
  ])('%s', async (_, values, adobe, expected) => {
    const picture = await decode(jpegOf(values, adobe));
    expect(picture).toMatchObject({ width: 8, height: 8 });
    for (const [i, byte] of picture.data.entries()) {
      expect(Math.abs(byte - expected[i % 3])).toBeLessThanOrEqual(1);
    }
  });
});

/** Where EXIF says that the first row and the first column of the stored picture are seen. */
const SEEN: [number, string, string][] = [
  [1, 'top', 'left'],
  [2, 'top', 'right'],
  [3, 'bottom', 'right'],
  [4, 'bottom', 'left'],
  [5, 'left', 'top'],
  [6, 'right', 'top'],
  [7, 'right', 'bottom'],
  [8, 'left', 'bottom'],
];
const OPPOSITE: Record<string, string> = {
  top: 'bottom',
  bottom: 'top',
  left: 'right',
  right: 'left',
};

/** Four colours at the corners of the stored picture, by whether they are in its first row and column. */
const CORNERS = [
  { row: 0, column: 0, colour: [230, 40, 40] },
  { row: 0, column: 1, colour: [40, 200, 40] },
  { row: 1, column: 0, colour: [40, 40, 230] },
  { row: 1, column: 1, colour: [220, 220, 60] },
];
const STORED = { width: 48, height: 32 };

function storedJpeg(): Uint8Array {
  const data = new Uint8Array(STORED.width * STORED.height * 4).fill(255);
  for (let y = 0; y < STORED.height; y++) {
    for (let x = 0; x < STORED.width; x++) {
      const [row, column] = [y < STORED.height / 2 ? 0 : 1, x < STORED.width / 2 ? 0 : 1];
      data.set(CORNERS[2 * row + column].colour, (y * STORED.width + x) * 4);
    }
  }
  return jpegJs.encode({ data, ...STORED }, 100).data;
}

function expectCornersAsSeen(picture: Picture, row0: string, column0: string): void {
  for (const { row, column, colour } of CORNERS) {
    const sides = [row === 0 ? row0 : OPPOSITE[row0], column === 0 ? column0 : OPPOSITE[column0]];
    const x = sides.includes('left') ? 3 : picture.width - 4;
    const y = sides.includes('top') ? 3 : picture.height - 4;
    const at = (y * picture.width + x) * 3;
    const off = colour.map((value, c) => Math.abs(picture.data[at + c] - value));
    expect(Math.max(...off)).toBeLessThan(8);
  }
}

describe('an EXIF orientation', () => {
  test.each(SEEN)('%i: the first row is seen %s, the first column %s', async (n, row0, column0) => {
    const picture = await decode(withOrientation(storedJpeg(), n));
    const side = row0 === 'left' || row0 === 'right';
    expect(picture.width).toBe(side ? STORED.height : STORED.width);
    expect(picture.height).toBe(side ? STORED.width : STORED.height);
    expectCornersAsSeen(picture, row0, column0);
  });

  test('of a PNG is honoured', async () => {
    const rows = [[1, 2]];
    const exif = exifBlock(6);
    const picture = await decode(png({ width: 2, height: 1, depth: 8, colourType: 0, rows, exif }));
    expect(picture).toMatchObject({ width: 1, height: 2 });
    expect(pixels(picture)).toEqual([1, 1, 1, 2, 2, 2]);
  });

  test.each([0, 9, 200])('%i is none', async (n) => {
    expectCornersAsSeen(await decode(withOrientation(storedJpeg(), n)), 'top', 'left');
  });

  test('in EXIF data that end too soon is none', async () => {
    const jpeg = storedJpeg();
    const stub = [0xff, 0xe1, 0, 12, ...Buffer.from('Exif'), 0, 0, 0x49, 0x49, 42, 0];
    const picture = await decode(Uint8Array.from([0xff, 0xd8, ...stub, ...jpeg.subarray(2)]));
    expectCornersAsSeen(picture, 'top', 'left');
  });
});

describe('a large picture that is wanted small', () => {
  const wanted = { width: 64, height: 64 };

  test('is read reduced, and tells the size that it has', async () => {
    // One row of white, then black.
    const [width, height] = [2101, 2000];
    const rows = Array.from({ length: height }, (_, y) =>
      Array<number>(Math.ceil(width / 8)).fill(y < 1 ? 255 : 0),
    );
    const exif = exifBlock(6);
    const bytes = png({ width, height, depth: 1, colourType: 0, rows, exif });
    const picture = await decodePicture(bytes, 'a.png', wanted);
    expect(picture).toMatchObject({
      width: 1000,
      height: 1051,
      original: { width: 2000, height: 2101 },
    });
    // Lies on its side: its first two rows, of which one is white, are seen on the right.
    const firstRow = picture.data.subarray(0, 3 * 1000);
    expect([...firstRow.subarray(-3)]).toEqual([128, 128, 128]);
    expect([...firstRow.subarray(0, -3)].every((byte) => byte === 0)).toBe(true);
  });

  test('is read whole where it is not large', async () => {
    const bytes = png({ width: 2, height: 1, depth: 8, colourType: 0, rows: [[1, 2]] });
    const picture = await decodePicture(bytes, 'a.png', wanted);
    expect(picture).toMatchObject({ width: 2, height: 1, original: { width: 2, height: 1 } });
  });
});

describe('what is not right', () => {
  const small = png({
    width: 4,
    height: 4,
    depth: 8,
    colourType: 0,
    rows: Array(4).fill([1, 2, 3, 4]),
  });

  test.each([
    ['text', Buffer.from('a picture, really')],
    ['a GIF', Buffer.from('GIF89a')],
  ])('%s is no picture', async (_, bytes) => {
    await expect(decode(bytes)).rejects.toThrow(PictureError);
    await expect(decode(bytes)).rejects.toThrow(/pets\/a\.png is no JPEG or PNG.+Convert it/);
    expect(isJpegOrPng(bytes)).toBe(false);
  });

  test('nothing is empty', async () => {
    await expect(decode(new Uint8Array(0))).rejects.toThrow(PictureError);
    await expect(decode(new Uint8Array(0))).rejects.toThrow('pets/a.png is empty. Give a JPEG');
  });

  test.each([
    ['PNG', small],
    ['JPEG', storedJpeg()],
  ])('a %s that is cut off before its last pixel, wherever', async (format, whole) => {
    expect(isJpegOrPng(whole)).toBe(true);
    for (const length of [8, 20, 30, whole.length >> 1, whole.length - 26]) {
      const cut = whole.subarray(0, length);
      await expect(decode(cut)).rejects.toThrow(PictureError);
      await expect(decode(cut)).rejects.toThrow(
        `pets/a.png is a ${format} picture that is cut off`,
      );
    }
  });

  test('a PNG with a wrong byte', async () => {
    const wrong = Uint8Array.from(small);
    wrong[45] ^= 255;
    await expect(decode(wrong)).rejects.toThrow(PictureError);
  });

  /** Files whose headers say so; a JPEG's says it behind FF C0. */
  const sized = {
    PNG: (width: number, height: number) =>
      png({ width, height, depth: 8, colourType: 0, rows: [] }),
    JPEG: (width: number, height: number) => {
      const bytes = Buffer.from(jpegOf([1]));
      const frame = bytes.indexOf(Buffer.of(0xff, 0xc0));
      bytes.writeUInt16BE(height, frame + 5);
      bytes.writeUInt16BE(width, frame + 7);
      return bytes;
    },
  };

  test.each(['PNG', 'JPEG'] as const)('a %s without pixels', async (format) => {
    await expect(decode(sized[format](0, 5))).rejects.toThrow(PictureError);
    await expect(decode(sized[format](0, 5))).rejects.toThrow(/has no pixels, its size is 0 x 5/);
    await expect(decode(sized[format](5, 0))).rejects.toThrow(/has no pixels, its size is 5 x 0/);
  });

  test.each(['PNG', 'JPEG'] as const)('a %s of too many pixels', async (format) => {
    const wanted = { width: 64, height: 64 };
    const large = decodePicture(sized[format](20_000, 10_001), 'pets/a.png', wanted);
    await expect(large).rejects.toThrow(PictureError);
    await expect(large).rejects.toThrow(
      'pets/a.png is too large: 20000 x 10001 is 200.1 megapixels, and 200 are the limit. Make it',
    );
    // That is far more memory where it is wanted in its own size.
    await expect(decode(sized[format](20_000, 3201))).rejects.toThrow(
      'pets/a.png is too large: 20000 x 3201 is 64.1 megapixels, and 64 are the limit.',
    );
  });

  test('a PNG too thin, for which each pixel is a line', async () => {
    await expect(decode(sized.PNG(1, 50_000_000))).rejects.toThrow(
      'pets/a.png is too large: 1 x 50000000, and 65535 is the limit for a side.',
    );
  });

  test('a PNG of few pixels that are large', async () => {
    const header = { width: 9000, height: 9000, depth: 16, colourType: 6 };
    const deep = decodePicture(png({ ...header, rows: [] }), 'a.png', { width: 64, height: 64 });
    await expect(deep).rejects.toThrow(
      'a.png is too large: unpacked it has 649 MB, and 600 MB are the limit.',
    );
  });

  test('a JPEG of too many scans', async () => {
    const whole = jpegOf([1]);
    const start = Buffer.from(whole).indexOf(Buffer.of(0xff, 0xda));
    const scan = [...whole.subarray(start, -2)];
    const bomb = (scans: number) =>
      Uint8Array.from([...whole.subarray(0, start), ...Array(scans).fill(scan).flat(), 0xff, 0xd9]);
    expect(await decode(bomb(1))).toMatchObject({ width: 8, height: 8 });
    await expect(decode(bomb(501))).rejects.toThrow(
      'pets/a.png is too large: its 8 x 8 pixels come in 501 scans, where some 10 are usual.',
    );
  });
});
