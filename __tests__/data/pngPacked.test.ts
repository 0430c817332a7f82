import { deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { RandomState } from '../../src/core/random.js';
import { PictureDamage } from '../../src/data/pictureDamage.js';
import { decodePng } from '../../src/data/png.js';
import type { Png } from '../../src/data/pngChunks.js';

/** Two grey lines of three pixels, none of them filtered. */
const lines = [0, 1, 2, 3, 0, 4, 5, 6];
const zlib = [...deflateSync(Uint8Array.from(lines))];
const adler = zlib.slice(-4);
const pixels = [1, 2, 3, 4, 5, 6].flatMap((value) => [value, value, value]);

const pngOf = (packed: readonly number[], change: Partial<Png> = {}): Png => ({
  header: { width: 3, height: 2, depth: 8, colourType: 0, samples: 1, interlaced: false },
  packed: Uint8Array.from(packed),
  ...{ isIntact: true, isCut: false },
  ...change,
});
const decode = (...given: Parameters<typeof pngOf>) => [...decodePng(pngOf(...given)).data];
const refused = (given: Parameters<typeof pngOf>, message: string) => {
  expect(() => decode(...given)).toThrow(PictureDamage);
  expect(() => decode(...given)).toThrow(message);
};

/** A stream that says it is of this method and these flags; those of zlib are 0x78 and 0x9c. */
const headed = (method: number, flags: number) => [method, flags, ...zlib.slice(2)];

describe('the header of zlib', () => {
  // RFC 1950, section 2.2: method 8; flag 32 asks for a dictionary; both as one number are 31 times another.
  test.each([
    [0x78, 0x01],
    [0x78, 0x5e],
    [0x78, 0xda],
    [0x08, 0x1d],
    [0x18, 0x19],
  ])('%i %i', (method, flags) => {
    expect((256 * method + flags) % 31).toBe(0);
    expect(decode(headed(method, flags))).toEqual(pixels);
  });

  test.each([
    ['another method', 0x77, 0x85 + 25],
    ['a dictionary', 0x78, 0x20 + 0x1b + 0x80],
    ['a wrong check', 0x78, 0x9d],
    ['a check of method and flags the wrong way round', 0x1d, 0x08],
  ])('%s is none', (_, method, flags) => {
    refused([headed(method, flags)], 'damaged: its pixels are not packed by zlib');
  });

  test('a wrong one, and nothing behind it', () => {
    refused([[0x78, 0x9d]], 'damaged: its pixels are not packed by zlib');
  });

  test.each([[[]], [[0x78]], [[0x78, 0x9c]]])('%j is the beginning of one', (packed) => {
    refused([packed], 'cut off: 8 of 8 bytes of its pixels are missing');
  });
});

describe('pixels that are missing', () => {
  const short = [...deflateSync(Uint8Array.from(lines.slice(0, 5)))];

  test.each([
    ['the file ends there', { isCut: true, isIntact: true }, 'cut off'],
    [
      'the file ends there, and something before was changed',
      { isCut: true, isIntact: false },
      'cut off',
    ],
    ['the rest was never there', {}, 'cut off'],
    ['something was changed', { isIntact: false }, 'damaged'],
  ])('%s', (_, change, what) => {
    refused([short, change], `${what}: 3 of 8 bytes of its pixels are missing`);
  });

  test('a stream that is cut anywhere', () => {
    const random = [...new RandomState(0).randint(0, 256, 6)];
    const packed = [
      ...deflateSync(Uint8Array.from([0, ...random.slice(0, 3), 0, ...random.slice(3)])),
    ];
    for (let length = 0; length < packed.length - 5; length++) {
      refused([packed.slice(0, length), { isCut: true }], 'bytes of its pixels are missing');
    }
  });

  test('a stream that breaks: what unpacks it says why', () => {
    // RFC 1951: the block type 3 is an error.
    refused(
      [[0x78, 0x9c, 0x07, 0, 0]],
      'damaged: its pixels cannot be unpacked (invalid block type)',
    );
  });
});

describe('the checksum behind the pixels', () => {
  const wrong = zlib.with(-1, zlib[zlib.length - 1] ^ 1);
  const deflated = [0x78, 0x9c, ...deflateRawSync(Uint8Array.from(lines))];
  const message = 'damaged: the checksum of its pixels is wrong';

  test('wrong', () => refused([wrong], message));
  test('missing though the chunk is whole', () => refused([deflated], message));

  test('right, though those of the chunks are not', () => {
    expect(decode(zlib, { isIntact: false })).toEqual(pixels);
  });

  test.each([0, 1, 3, 4, 100])('with %i bytes behind it', (more) => {
    expect(decode([...zlib, ...Array<number>(more).fill(7)])).toEqual(pixels);
  });

  test.each([0, 1, 2, 3])('cut after %i of its bytes, where the file ends', (left) => {
    const cut = [...deflated, ...adler.slice(0, left)];
    expect(decode(cut, { isCut: true })).toEqual(pixels);
    refused([cut, { isCut: true, isIntact: false }], message);
  });

  test('of more than the pixels it is out of reach: that of the chunks stands in', () => {
    const more = [...deflateSync(Uint8Array.from([...lines, 1, 2, 3]))];
    expect(decode(more)).toEqual(pixels);
    expect(decode(more.with(-1, 0))).toEqual(pixels);
    refused([more, { isIntact: false }], message);
  });
});

test('a stream that breaks behind the last pixel is damaged', () => {
  // A stored block (RFC 1951, 3.2.4), not the last one, and a block of type 3 behind it.
  const stored = [0x00, lines.length, 0, 255 - lines.length, 255, ...lines];
  const packed = [0x78, 0x9c, ...stored, 0x07, 0, 0, 0, 0, ...adler];
  refused([packed], 'damaged: its pixels cannot be unpacked (invalid block type)');
});

test('a picture that is packed in more bytes than are taken at once', () => {
  const [width, height] = [400, 200];
  const values = [...new RandomState(1).randint(0, 256, width * height)];
  const rows = Array.from({ length: height }, (_, y) => [
    0,
    ...values.slice(y * width, (y + 1) * width),
  ]);
  const packed = [...deflateSync(Uint8Array.from(rows.flat()))];
  expect(packed.length).toBeGreaterThan(64_000);
  const header = { ...pngOf([]).header, width, height };
  const { data } = decodePng(pngOf(packed, { header }));
  expect(data.filter((_, i) => i % 3 === 1)).toEqual(Uint8Array.from(values));
});
