import { crc32 } from '../files/crc32.js';
import { PictureDamage } from './pictureDamage.js';

export const pngSignature: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The header: IHDR. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample. */
  readonly depth: number;
  readonly colourType: number;
  /** Of a pixel. */
  readonly samples: number;
  readonly interlaced: boolean;
}

/** The chunks that decide what is seen. */
export interface Png {
  readonly header: PngHeader;
  readonly palette?: Uint8Array;
  readonly transparency?: Uint8Array;
  /** EXIF data as in a TIFF file. */
  readonly exif?: Uint8Array;
  /** All IDAT chunks together: a zlib stream. */
  readonly packed: Uint8Array;
  /** Whether the checksums of all IDAT chunks are right. */
  readonly isIntact: boolean;
  /** Whether the file ends inside an IDAT chunk. */
  readonly isCut: boolean;
}

/**
 * The chunks of a PNG file. A wrong checksum matters only in those that decide what is seen, and the end
 * of the file need not be marked.
 *
 * @throws PictureDamage where one of them is missing or wrong.
 */
export function readPng(bytes: Uint8Array): Png {
  const found: Partial<Record<string, Uint8Array>> = {};
  const packed: Uint8Array[] = [];
  let isIntact = true;
  let isCut = false;
  for (const chunk of chunksOf(bytes)) {
    const { type, data } = chunk;
    const isPixels = type === 'IDAT';
    if (isPixels) {
      packed.push(data);
      isCut = chunk.isCut;
      isIntact &&= chunk.hasRightChecksum !== false;
    } else if (chunk.hasRightChecksum === undefined) {
      break; // whether something is missing shows where it is needed
    } else if (type === 'eXIf') {
      if (chunk.hasRightChecksum) found[type] = data; // which way up, at the most
    } else if (['IHDR', 'PLTE', 'tRNS'].includes(type)) {
      if (packed.length > 0) continue; // too late to say anything
      if (!chunk.hasRightChecksum) throw wrong(`the checksum of its ${type} is wrong`);
      found[type] ??= data;
    } else if (type[0] < 'a') {
      throw new PictureDamage('of a kind that is not read', `it needs ${type}, which is not known`);
    }
  }
  return {
    header: readHeader(found.IHDR),
    palette: found.PLTE,
    transparency: found.tRNS,
    exif: found.eXIf,
    packed: packed.length === 1 ? packed[0] : concat(packed),
    isIntact,
    isCut,
  };
}

const wrong = (why: string) => new PictureDamage('damaged', why);

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** Whether the file ends inside its data. */
  readonly isCut: boolean;
  /** Undefined where the file ends before it. */
  readonly hasRightChecksum?: boolean;
}

/** The chunks up to IEND, or as far as there are any. */
function* chunksOf(bytes: Uint8Array): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = pngSignature.length; at + 8 <= bytes.length; ) {
    const end = at + 8 + view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (type === 'IEND' || !/^[A-Za-z]{4}$/.test(type)) return;
    const hasRightChecksum =
      end + 4 > bytes.length
        ? undefined
        : view.getUint32(end) === crc32(bytes.subarray(at + 4, end));
    yield { type, data: bytes.subarray(at + 8, end), isCut: end > bytes.length, hasRightChecksum };
    at = end + 4;
  }
}

/** By its number: the samples of a pixel, and the depths that it may have. */
const colourTypes: Readonly<Record<number, { samples: number; depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] }, // grey
  2: { samples: 3, depths: [8, 16] }, // red, green, blue
  3: { samples: 1, depths: [1, 2, 4, 8] }, // a place in the palette
  4: { samples: 2, depths: [8, 16] }, // grey, alpha
  6: { samples: 4, depths: [8, 16] }, // red, green, blue, alpha
};

function readHeader(data: Uint8Array | undefined): PngHeader {
  if (!data) throw new PictureDamage('cut off', 'its header is missing');
  if (data.length !== 13) throw wrong(`its header has ${data.length} bytes, not 13`);
  const view = new DataView(data.buffer, data.byteOffset);
  const [depth, colourType, compression, filter, interlace] = data.subarray(8);
  const kind = colourTypes[colourType];
  if (!kind?.depths.includes(depth) || compression !== 0 || filter !== 0 || interlace > 1) {
    throw wrong(`its header says ${data.subarray(8).join(', ')}`);
  }
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    depth,
    colourType,
    samples: kind.samples,
    interlaced: interlace === 1,
  };
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
