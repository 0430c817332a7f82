import { describe, expect, test } from '@jest/globals';
import { PictureDamage } from '../../src/data/pictureDamage.js';
import { readPng } from '../../src/data/pngChunks.js';
import { chunk } from './pictureFixtures.js';

/* Files by hand, as the PNG specification (third edition, sections 5 and 11) says. */

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** A picture of 66051 x 258 pixels, so that every byte of its sides counts. */
const header = (kind: readonly number[]) =>
  chunk('IHDR', [0x00, 0x01, 0x02, 0x03, 0x00, 0x00, 0x01, 0x02, ...kind]);
const fileOf = (...chunks: readonly Uint8Array[]) =>
  Uint8Array.from([...signature, ...chunks.flatMap((one) => [...one])]);
const changed = (made: Uint8Array) => made.with(-1, made[made.length - 1] ^ 1);

const rgb = header([8, 2, 0, 0, 0]);
const end = chunk('IEND', []);
const pixels = chunk('IDAT', [1, 2, 3]);

const refused = (bytes: Uint8Array, message: string) => {
  expect(() => readPng(bytes)).toThrow(PictureDamage);
  expect(() => readPng(bytes)).toThrow(message);
};

describe('the header', () => {
  // Section 11.2.1, table 7: samples of a pixel, and the depths that they may have.
  const allowed: Readonly<Record<number, readonly [number, readonly number[]]>> = {
    0: [1, [1, 2, 4, 8, 16]],
    2: [3, [8, 16]],
    3: [1, [1, 2, 4, 8]],
    4: [2, [8, 16]],
    6: [4, [8, 16]],
  };
  const kinds = Array.from({ length: 9 }, (_, colourType) =>
    [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 32].map((depth) => [colourType, depth]),
  ).flat();

  test.each(kinds)('of colour type %i with %i bits a sample', (colourType, depth) => {
    const [samples, depths] = allowed[colourType] ?? [0, []];
    for (const interlace of [0, 1]) {
      const file = fileOf(header([depth, colourType, 0, 0, interlace]), pixels);
      if (!depths.includes(depth)) {
        refused(file, `damaged: its header says ${depth}, ${colourType}, 0, 0, ${interlace}`);
      } else {
        const interlaced = interlace === 1;
        const read = { width: 66051, height: 258, depth, colourType, samples, interlaced };
        expect(readPng(file).header).toEqual(read);
      }
    }
  });

  test.each([
    [8, 2, 1, 0, 0],
    [8, 2, 0, 1, 0],
    [8, 2, 0, 0, 2],
  ])('that packs, filters or interlaces in a way that there is not: %i %i %i %i %i', (...kind) => {
    refused(fileOf(header(kind), pixels), `damaged: its header says ${kind.join(', ')}`);
  });

  test.each([
    ['a byte short', [8, 2, 0, 0], 12],
    ['a byte long', [8, 2, 0, 0, 0, 0], 14],
  ])('that is %s', (_, kind, length) => {
    refused(fileOf(header(kind)), `damaged: its header has ${length} bytes, not 13`);
  });

  test.each([
    ['nothing behind the signature', fileOf()],
    ['a cut in the length', fileOf(rgb.subarray(0, 7))],
    ['a cut in the header', fileOf(rgb.subarray(0, 20))],
    ['a cut in its checksum', fileOf(rgb.subarray(0, -1))],
    ['pixels alone', fileOf(pixels, end)],
    ['a header behind the pixels', fileOf(pixels, rgb, end)],
    ['a header behind the end', fileOf(end, rgb, pixels)],
  ])('that is missing: %s', (_, bytes) => refused(bytes, 'cut off: its header is missing'));

  test('is read of a file inside of other bytes', () => {
    const file = fileOf(rgb, pixels, end);
    const bytes = Uint8Array.from([7, 7, 7, ...file, 7]).subarray(3, 3 + file.length);
    expect(readPng(bytes)).toEqual(readPng(file));
    expect(readPng(file).header).toMatchObject({ width: 66051, height: 258 });
  });
});

describe('the pixels', () => {
  const more = chunk('IDAT', [4, 5]);
  test.each([
    ['none', [end], []],
    ['of one chunk', [pixels, end], [1, 2, 3]],
    ['of several', [pixels, chunk('IDAT', []), more, end], [1, 2, 3, 4, 5]],
    ['with others between', [pixels, chunk('tEXt', [9]), more, end], [1, 2, 3, 4, 5]],
    ['up to the end', [pixels, end, more], [1, 2, 3]],
    ['up to what is no chunk', [pixels, chunk('ID4T', [9]), more], [1, 2, 3]],
    ['with a space for a letter', [pixels, chunk('IDA ', [9]), more], [1, 2, 3]],
  ])('%s', (_, chunks, packed) => {
    const png = readPng(fileOf(rgb, ...chunks));
    expect([...png.packed]).toEqual(packed);
    expect(png).toMatchObject({ isIntact: true, isCut: false });
  });

  test.each([
    ['the last', [pixels, changed(more)]],
    ['the first', [changed(pixels), more]],
  ])('are there, but not intact, where the checksum of %s is wrong', (_, chunks) => {
    const png = readPng(fileOf(rgb, ...chunks, end));
    expect([...png.packed]).toEqual([1, 2, 3, 4, 5]);
    expect(png).toMatchObject({ isIntact: false, isCut: false });
  });

  // A chunk of two bytes has 14: its length, its name, its data and its checksum.
  test.each([
    [14, [1, 2, 3, 4, 5], false],
    [13, [1, 2, 3, 4, 5], false],
    [10, [1, 2, 3, 4, 5], false],
    [9, [1, 2, 3, 4], true],
    [8, [1, 2, 3], true],
    [7, [1, 2, 3], false],
    [0, [1, 2, 3], false],
  ])('of a file that ends with %i bytes of its last chunk', (length, packed, isCut) => {
    const png = readPng(fileOf(rgb, pixels, more.subarray(0, length)));
    expect([...png.packed]).toEqual(packed);
    expect(png).toMatchObject({ isIntact: true, isCut });
  });
});

describe('what else decides what is seen', () => {
  const palette = chunk('PLTE', [1, 2, 3]);
  const clear = chunk('tRNS', [4]);
  const exif = chunk('eXIf', [5, 6]);

  test('palette, transparency and which way up', () => {
    expect(readPng(fileOf(rgb, palette, clear, exif, pixels, end))).toMatchObject({
      palette: Uint8Array.of(1, 2, 3),
      transparency: Uint8Array.of(4),
      exif: Uint8Array.of(5, 6),
    });
  });

  test('the first of two counts', () => {
    const others = [chunk('PLTE', [7, 8, 9]), chunk('tRNS', [7]), header([8, 6, 0, 0, 0])];
    const png = readPng(fileOf(rgb, palette, clear, ...others, pixels, end));
    expect(png.palette).toEqual(Uint8Array.of(1, 2, 3));
    expect(png.transparency).toEqual(Uint8Array.of(4));
    expect(png.header.colourType).toBe(2);
  });

  test('behind the pixels it comes too late, even if it is damaged; which way up does not', () => {
    const png = readPng(fileOf(rgb, pixels, palette, changed(clear), exif, end));
    expect(png.palette).toBeUndefined();
    expect(png.transparency).toBeUndefined();
    expect(png.exif).toEqual(Uint8Array.of(5, 6));
  });

  test('of a damaged eXIf nothing is taken', () => {
    expect(readPng(fileOf(rgb, changed(exif), pixels, end)).exif).toBeUndefined();
  });

  test.each([
    ['IHDR', [changed(rgb)]],
    ['PLTE', [rgb, changed(palette)]],
    ['tRNS', [rgb, palette, changed(clear)]],
  ])('a wrong checksum of its %s', (type, chunks) => {
    refused(fileOf(...chunks, pixels, end), `damaged: the checksum of its ${type} is wrong`);
  });

  test('a file that ends inside of it has no pixels', () => {
    const png = readPng(fileOf(rgb, palette.subarray(0, -1)));
    expect(png.palette).toBeUndefined();
    expect(png.packed).toHaveLength(0);
  });

  // Section 5.4: a capital first letter says that the chunk is needed.
  test.each(['ABCD', 'Zzzz'])('%s is needed and not known', (type) => {
    const message = `of a kind that is not read: it needs ${type}, which is not known`;
    refused(fileOf(rgb, chunk(type, []), pixels, end), message);
    refused(fileOf(rgb, pixels, chunk(type, []), end), message);
  });

  test.each(['aBCD', 'zzzz', 'iDAT'])('%s is not needed', (type) => {
    const png = readPng(fileOf(rgb, chunk(type, [9]), changed(chunk(type, [9])), pixels, end));
    expect([...png.packed]).toEqual([1, 2, 3]);
  });
});
