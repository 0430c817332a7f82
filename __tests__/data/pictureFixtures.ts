import { deflateSync } from 'node:zlib';

/** A PNG from its header and its raw scanlines: made by hand, since encoders write few kinds. */
export function png(options: {
  width: number;
  height: number;
  depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  colourType: number;
  rows: number[][];
  /** Of each row; where it is left out, none. */
  filters?: number[];
  /** Then the rows are those of the seven passes, one after the other. */
  interlaced?: boolean;
  palette?: number[];
  transparency?: number[];
  exif?: Uint8Array;
}): Uint8Array {
  const { width, height, depth, colourType, rows, palette, transparency, exif } = options;
  const { filters, interlaced = false } = options;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType], 8);
  header[12] = Number(interlaced);
  const lines = rows.flatMap((row, i) => [filters?.[i] ?? 0, ...row]);
  return Buffer.concat(
    [
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      chunk('IHDR', header),
      exif ? chunk('eXIf', exif) : [],
      palette ? chunk('PLTE', palette) : [],
      transparency ? chunk('tRNS', transparency) : [],
      chunk('IDAT', deflateSync(Uint8Array.from(lines))),
      chunk('IEND', []),
    ].map((part) => Uint8Array.from(part)),
  );
}

export function chunk(type: string, data: ArrayLike<number>): Buffer {
  const body = Buffer.concat([Buffer.from(type), Uint8Array.from(data)]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/**
 * A JPEG of 8 x 8 pixels of one colour, with any number of components: quantization by 1, so that
 * each block is its mean alone, 8 (value - 128).
 */
export function jpegOf(values: number[], adobeTransform?: number): Uint8Array {
  const n = values.length;
  const bits: string[] = [];
  for (const value of values) {
    const dc = 8 * (value - 128);
    const size = dc === 0 ? 0 : 32 - Math.clz32(Math.abs(dc));
    // Code of this size (4 bits each), its bits (one's complement if negative), end of block.
    bits.push(size.toString(2).padStart(4, '0'));
    if (size > 0) bits.push((dc > 0 ? dc : dc + 2 ** size - 1).toString(2).padStart(size, '0'));
    bits.push('0');
  }
  const stream = bits.join('');
  const padded = stream.padEnd(Math.ceil(stream.length / 8) * 8, '1');
  const data = (padded.match(/.{8}/g) ?? []).flatMap((byte) => {
    const number = Number.parseInt(byte, 2);
    return number === 0xff ? [0xff, 0] : [number];
  });
  const ids = values.map((_, i) => i + 1);
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...(adobeTransform === undefined
      ? []
      : segment(0xee, [...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, adobeTransform])),
    ...segment(0xdb, [0, ...Array(64).fill(1)]),
    ...segment(0xc0, [8, 0, 8, 0, 8, n, ...ids.flatMap((id) => [id, 0x11, 0])]),
    // Twelve codes of 4 bits for the sizes 0 to 11; one code of 1 bit for the end of a block.
    ...segment(0xc4, [0x00, 0, 0, 0, 12, ...Array(12).fill(0), ...Array(12).keys()]),
    ...segment(0xc4, [0x10, 1, ...Array(15).fill(0), 0]),
    ...segment(0xda, [n, ...ids.flatMap((id) => [id, 0]), 0, 63, 0]),
    ...data,
    ...[0xff, 0xd9],
  ]);
}

export function segment(marker: number, body: number[]): number[] {
  const length = body.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...body];
}

/** The TIFF block of EXIF data with an orientation and nothing else. */
export function exifBlock(orientation: number): Uint8Array {
  return Uint8Array.from([
    ...[0x49, 0x49, 42, 0, 8, 0, 0, 0], // little-endian; the first directory is at 8
    ...[1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0],
  ]);
}

/** A JPEG with an APP1 segment of EXIF data behind its first marker. */
export function withOrientation(jpeg: Uint8Array, orientation: number): Uint8Array {
  const exif = segment(0xe1, [...Buffer.from('Exif'), 0, 0, ...exifBlock(orientation)]);
  return Uint8Array.from([...jpeg.subarray(0, 2), ...exif, ...jpeg.subarray(2)]);
}
