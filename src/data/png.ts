import { unzlibSync, zlibSync } from 'fflate';
import { crc32 } from './crc32.js';
import type { Picture } from './pictures.js';

/*
 * PNG, read and written by the same code in Node and in a browser, whose own decoder gives other bytes:
 * it rounds 16 bits in its own way and manages colours.
 *
 * Source: W3C, Portable Network Graphics, third edition (2025), sections 5, 7, 8, 9, 11 and 13.
 */

/** R G B A R G B A … in bytes, row after row. */
export interface Rgba {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export const pngSignature: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * The picture of a PNG file, of any colour type and depth, interlaced or not; of an animation the still
 * picture. Bytes are taken as they are, as Pillow does, whatever gamma or colour space the file names.
 *
 * @throws Error where the file is cut off, damaged or no PNG.
 */
export function decodePng(bytes: Uint8Array): Rgba {
  const chunks = readChunks(bytes);
  const header = readHeader(chunks[0]);
  const { width, height } = header;
  const bitsPerPixel = header.samples * header.depth;

  const passes = (header.interlaced ? adam7 : [everyPixel])
    .map((grid) => {
      const columns = Math.max(0, Math.ceil((width - grid.x) / grid.dx));
      const rows = Math.max(0, Math.ceil((height - grid.y) / grid.dy));
      return { grid, columns, rows, lineLength: Math.ceil((columns * bitsPerPixel) / 8) };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
  const length = passes.reduce((sum, { rows, lineLength }) => sum + rows * (1 + lineLength), 0);
  const packed = concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  const raw = unzlibSync(packed, { out: new Uint8Array(length) }); // takes no more, whatever is packed
  demand(raw.length === length, `its pixels have ${raw.length} bytes, not ${length}`);

  const data = new Uint8Array(width * height * 4);
  const paint = painter(header, chunks, data);
  let at = 0;
  for (const { grid, columns, rows, lineLength } of passes) {
    let above = new Uint8Array(lineLength);
    for (let row = 0; row < rows; row++, at += 1 + lineLength) {
      const line = raw.subarray(at + 1, at + 1 + lineLength);
      unfilter(raw[at], line, above, Math.max(1, bitsPerPixel / 8));
      above = line;
      const first = (grid.y + row * grid.dy) * width + grid.x;
      paint(unpack(line, columns * header.samples, header.depth), columns, 4 * first, 4 * grid.dx);
    }
  }
  return { data, width, height };
}

/** The picture as a PNG file in RGB. */
export function encodePng({ data, width, height }: Picture): Uint8Array<ArrayBuffer> {
  const lineLength = 3 * width;
  const raw = new Uint8Array(height * (1 + lineLength));
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    raw[to++] = 4; // the filter by Paeth makes both photographs and drawings small
    for (let i = 0; i < lineLength; i++, from++) {
      const left = i < 3 ? 0 : data[from - 3];
      const up = y === 0 ? 0 : data[from - lineLength];
      const upLeft = i < 3 || y === 0 ? 0 : data[from - lineLength - 3];
      raw[to++] = data[from] - paeth(left, up, upLeft);
    }
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 2], 8); // 8 bits of red, green and blue
  return concat([
    Uint8Array.from(pngSignature),
    writeChunk('IHDR', header),
    writeChunk('IDAT', zlibSync(raw)),
    writeChunk('IEND', new Uint8Array(0)),
  ]);
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

function readChunks(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = pngSignature.length; chunks.at(-1)?.type !== 'IEND'; ) {
    const end = at + 8 + view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    demand(view.getUint32(end) === crc32(bytes.subarray(at + 4, end)), `its ${type} is damaged`);
    const isCritical = type[0] < 'a';
    demand(!isCritical || critical.includes(type), `it needs ${type}, which is not known`);
    chunks.push({ type, data: bytes.subarray(at + 8, end) });
    at = end + 4;
  }
  return chunks;
}

const critical = ['IHDR', 'PLTE', 'IDAT', 'IEND'];

interface Header {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample. */
  readonly depth: number;
  readonly colourType: number;
  /** Of a pixel. */
  readonly samples: number;
  readonly interlaced: boolean;
}

/** By its number: the samples of a pixel, and the depths that it may have. */
const colourTypes: Readonly<Record<number, { samples: number; depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] }, // grey
  2: { samples: 3, depths: [8, 16] }, // red, green, blue
  3: { samples: 1, depths: [1, 2, 4, 8] }, // a place in the palette
  4: { samples: 2, depths: [8, 16] }, // grey, alpha
  6: { samples: 4, depths: [8, 16] }, // red, green, blue, alpha
};

function readHeader({ type, data }: Chunk): Header {
  demand(type === 'IHDR' && data.length === 13, 'it does not begin with its header');
  const view = new DataView(data.buffer, data.byteOffset);
  const [depth, colourType, compression, filter, interlace] = data.subarray(8);
  const samples = colourTypes[colourType]?.samples;
  const isKnown =
    colourTypes[colourType]?.depths.includes(depth) &&
    compression === 0 &&
    filter === 0 &&
    interlace <= 1;
  demand(isKnown, `its header says ${data.subarray(8).join(', ')}`);
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    depth,
    colourType,
    samples,
    interlaced: interlace === 1,
  };
}

/** Which pixels a pass brings: from (x, y), each dx-th and dy-th. */
const everyPixel = { x: 0, y: 0, dx: 1, dy: 1 };
const adam7 = [
  { x: 0, y: 0, dx: 8, dy: 8 },
  { x: 4, y: 0, dx: 8, dy: 8 },
  { x: 0, y: 4, dx: 4, dy: 8 },
  { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 },
  { x: 1, y: 0, dx: 2, dy: 2 },
  { x: 0, y: 1, dx: 1, dy: 2 },
];

/** Undoes a line's filter in place. `step` is the distance to the byte on the left that belongs to it. */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, step: number): void {
  const undo = filters[filter];
  demand(undo !== undefined, `it has a filter ${filter}`);
  undo(line, above, step);
}

type Filter = (line: Uint8Array, above: Uint8Array, step: number) => void;

/** By their numbers. Left of the first pixel everything is 0. */
const filters: readonly Filter[] = [
  () => {},
  (line, _, step) => {
    for (let i = step; i < line.length; i++) line[i] += line[i - step];
  },
  (line, above) => {
    for (let i = 0; i < line.length; i++) line[i] += above[i];
  },
  (line, above, step) => {
    for (let i = 0; i < step; i++) line[i] += above[i] >> 1;
    for (let i = step; i < line.length; i++) line[i] += (line[i - step] + above[i]) >> 1;
  },
  (line, above, step) => {
    for (let i = 0; i < step; i++) line[i] += above[i]; // paeth(0, above[i], 0)
    for (let i = step; i < line.length; i++) {
      line[i] += paeth(line[i - step], above[i], above[i - step]);
    }
  },
];

/** Of the three, the one that lies nearest to left + up - upLeft. */
function paeth(left: number, up: number, upLeft: number): number {
  const toLeft = Math.abs(up - upLeft);
  const toUp = Math.abs(left - upLeft);
  const toUpLeft = Math.abs(left + up - 2 * upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}

/** The samples of a line, each a number of its own. */
function unpack(line: Uint8Array, count: number, depth: number): Uint8Array | Uint16Array {
  if (depth === 8) return line;
  if (depth === 16) {
    return Uint16Array.from({ length: count }, (_, i) => (line[2 * i] << 8) | line[2 * i + 1]);
  }
  const perByte = 8 / depth;
  const mask = 2 ** depth - 1;
  return Uint8Array.from({ length: count }, (_, i) => {
    const behind = perByte - 1 - (i % perByte);
    return (line[Math.floor(i / perByte)] >> (behind * depth)) & mask;
  });
}

/** Puts the pixels of a line, whose samples are `values`, into the picture: at `to`, and each `step` on. */
type Paint = (values: ArrayLike<number>, columns: number, to: number, step: number) => void;

function painter(header: Header, chunks: readonly Chunk[], data: Uint8Array): Paint {
  const { samples, depth, colourType } = header;
  const find = (type: string) => chunks.find((chunk) => chunk.type === type)?.data;
  const transparency = find('tRNS');

  if (colourType === 3) {
    const palette = find('PLTE') ?? new Uint8Array(0);
    return (values, columns, to, step) => {
      for (let column = 0; column < columns; column++, to += step) {
        const colour = values[column];
        demand(3 * colour < palette.length, `it has no colour ${colour} in its palette`);
        for (let c = 0; c < 3; c++) data[to + c] = palette[3 * colour + c];
        data[to + 3] = transparency?.[colour] ?? 255;
      }
    };
  }

  const most = 2 ** depth - 1;
  const byteOf = Uint8Array.from({ length: most + 1 }, (_, v) => Math.round((v * 255) / most));
  const hasAlpha = samples === 2 || samples === 4;
  const [green, blue] = samples > 2 ? [1, 2] : [0, 0]; // grey is all three
  // The samples of the one colour that is clear, two bytes each.
  const clear =
    transparency && !hasAlpha
      ? Array.from(
          { length: samples },
          (_, c) => (transparency[2 * c] << 8) | transparency[2 * c + 1],
        )
      : undefined;
  return (values, columns, to, step) => {
    for (let column = 0, from = 0; column < columns; column++, from += samples, to += step) {
      data[to] = byteOf[values[from]];
      data[to + 1] = byteOf[values[from + green]];
      data[to + 2] = byteOf[values[from + blue]];
      data[to + 3] = hasAlpha ? byteOf[values[from + samples - 1]] : 255;
      if (clear?.every((value, c) => value === values[from + c])) data[to + 3] = 0;
    }
  };
}

function writeChunk(type: string, data: Uint8Array): Uint8Array {
  const name = Uint8Array.from(type, (letter) => letter.charCodeAt(0));
  const numbers = new DataView(new ArrayBuffer(8));
  const body = concat([name, data]);
  numbers.setUint32(0, data.length);
  numbers.setUint32(4, crc32(body));
  const [length, check] = [0, 4].map((at) => new Uint8Array(numbers.buffer, at, 4));
  return concat([length, body, check]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function demand(holds: boolean, wrong: string): void {
  if (!holds) throw new Error(`The PNG cannot be read: ${wrong}.`);
}
