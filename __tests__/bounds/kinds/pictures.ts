import { deflateSync } from 'node:zlib';
import { chunk, jpegOf } from '../../data/pictureFixtures.js';
import type { Kind } from '../kinds.js';

/** A PNG of zeros of any size: zlib makes almost nothing of them. */
function bomb(width: number, height: number, depth: number, colourType: number, samples: number) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType], 8);
  const bytes = Math.min(400e6, height * (1 + Math.ceil((width * depth * samples) / 8)));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(new Uint8Array(bytes))),
    chunk('IEND', []),
  ]);
}

const png = (name: string, make: () => Uint8Array, says?: RegExp): Kind => ({
  name: `PNG: ${name}`,
  format: 'picture.png',
  make,
  ...(says && { says }),
});

const segment = (marker: number, body: readonly number[]) => {
  const length = body.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...body];
};

/** A progressive JPEG of grey that declares many scans, each a few bytes. */
function scans(width: number, height: number, count: number): Uint8Array {
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  const scan = [...segment(0xda, [1, 1, 0, 1, 63, 0]), 0x7f];
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(0xdb, [0, ...Array(64).fill(1)]),
    ...segment(0xc2, [8, ...size, 1, 1, 0x11, 0]),
    ...segment(0xc4, [0x10, 1, ...Array(15).fill(0), 0xe0]),
    ...Array.from({ length: count }, () => scan).flat(),
    ...[0xff, 0xd9],
  ]);
}

const jpeg = (name: string, make: () => Uint8Array, says: RegExp): Kind => ({
  ...png(name, make, says),
  name: `JPEG: ${name}`,
  format: 'picture.jpg',
});

export const pictures: readonly Kind[] = [
  png('50 megapixels of one bit', () => bomb(7071, 7071, 1, 0, 1)),
  png('20 megapixels of one bit', () => bomb(5000, 4000, 1, 0, 1)),
  png('64 megapixels of one bit', () => bomb(8000, 8000, 1, 0, 1), /out of proportion/),
  png('1 x 50,000,000', () => bomb(1, 50_000_000, 1, 0, 1), /65535 is the limit for a side/),
  png('65,535 x 1,000 in RGB', () => bomb(65_535, 1000, 8, 2, 3), /megapixels|proportion/),
  png('6000 x 6000 in 16-bit RGBA', () => bomb(6000, 6000, 16, 6, 4), /out of proportion/),
  png('2^31 x 2^31', () => bomb(2 ** 31 - 1, 1, 1, 0, 1), /limit for a side/),
  png('80,000 empty chunks', () => {
    const whole = bomb(2, 2, 8, 2, 3);
    const empty = chunk('teXt', []);
    return Buffer.concat([whole.subarray(0, 33), ...Array(80_000).fill(empty), whole.subarray(33)]);
  }),
  jpeg('1,000 scans', () => scans(1000, 1000, 1000), /come in 1000 scans/),
  jpeg('10,000 scans', () => scans(1000, 1000, 10_000), /come in 10000 scans/),
  jpeg('490 scans', () => scans(2000, 2000, 490), /come in 490 scans/),
  jpeg('progressive, 65,000 x 65,000', () => scans(65_000, 65_000, 2), /megapixels/),
  jpeg(
    'progressive, 8000 x 8000 in 100 bytes',
    () => scans(8000, 8000, 15),
    /proportion|cut off|scans/,
  ),
  jpeg(
    'baseline, 8000 x 8000 in 300 bytes',
    () => {
      const small = jpegOf([90, 120, 200]);
      const at = small.findIndex((byte, i) => byte === 0xff && small[i + 1] === 0xc0);
      small.set([8000 >> 8, 8000 & 255, 8000 >> 8, 8000 & 255], at + 5);
      return small;
    },
    /proportion|cut off/,
  ),
];
