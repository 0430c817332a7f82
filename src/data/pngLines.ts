import { PictureDamage } from './pictureDamage.js';
import type { PngHeader } from './pngChunks.js';

/** Pixels that come together: from (x, y), each dx-th of a row and each dy-th row. */
export interface Pass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly columns: number;
  readonly rows: number;
  /** With the byte that names its filter. */
  readonly lineBytes: number;
}

/** The passes of a picture that have pixels, in their order. */
export function passesOf({ width, height, samples, depth, interlaced }: PngHeader): Pass[] {
  return (interlaced ? adam7 : everyPixel)
    .map(([x, y, dx, dy]) => {
      const columns = Math.max(0, Math.ceil((width - x) / dx));
      const rows = Math.max(0, Math.ceil((height - y) / dy));
      const lineBytes = 1 + Math.ceil((columns * samples * depth) / 8);
      return { x, y, dx, dy, columns, rows, lineBytes };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
}

/** Of the pixels when they are unpacked. */
export const pixelBytes = (header: PngHeader): number =>
  passesOf(header).reduce((sum, { rows, lineBytes }) => sum + rows * lineBytes, 0);

const everyPixel = [[0, 0, 1, 1]];
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** Takes a line without its filter: row `row` of a pass. */
export type TakeLine = (line: Uint8Array, pass: Pass, row: number) => void;

/** Makes lines of bytes that come in pieces, and undoes their filters. */
export class LineReader {
  /** Bytes that have not come yet. */
  missing: number;
  /** Whether more came than there are lines. */
  surplus = false;

  private readonly passes: readonly Pass[];
  /** Bytes from one to that of the same sample on its right. */
  private readonly step: number;
  private pass = 0;
  private row = 0;
  private line: Uint8Array;
  private above: Uint8Array;
  private filled = 0;
  private a = 1;
  private b = 0;

  constructor(
    header: PngHeader,
    private readonly take: TakeLine,
  ) {
    this.passes = passesOf(header);
    this.missing = pixelBytes(header);
    this.step = Math.max(1, (header.samples * header.depth) / 8);
    this.line = new Uint8Array(this.passes[0]?.lineBytes ?? 0);
    this.above = new Uint8Array(this.line.length);
  }

  /** The checksum of the bytes that came. Source: RFC 1950, section 9. */
  get adler(): number {
    return ((this.b << 16) | this.a) >>> 0;
  }

  push(piece: Uint8Array): void {
    const wanted = piece.subarray(0, this.missing);
    this.surplus ||= wanted.length < piece.length;
    this.missing -= wanted.length;
    this.sum(wanted);
    for (let from = 0; from < wanted.length; ) {
      const part = wanted.subarray(from, from + this.line.length - this.filled);
      this.line.set(part, this.filled);
      this.filled += part.length;
      from += part.length;
      if (this.filled === this.line.length) this.endLine();
    }
  }

  private endLine(): void {
    const pass = this.passes[this.pass];
    const undo = filters[this.line[0]];
    if (!undo) throw new PictureDamage('damaged', `it has a filter ${this.line[0]}`);
    undo(this.line, this.above, this.step);
    this.take(this.line.subarray(1), pass, this.row);
    this.filled = 0;
    [this.line, this.above] = [this.above, this.line];
    if (++this.row < pass.rows) return;
    this.row = 0;
    const next = this.passes[++this.pass];
    if (!next) return;
    this.line = new Uint8Array(next.lineBytes);
    this.above = new Uint8Array(next.lineBytes);
  }

  private sum(bytes: Uint8Array): void {
    let [a, b] = [this.a, this.b];
    for (let start = 0; start < bytes.length; start += 5552) {
      const end = Math.min(start + 5552, bytes.length); // so many sums stay below 2^32
      for (let i = start; i < end; i++) {
        a += bytes[i];
        b += a;
      }
      a %= 65521;
      b %= 65521;
    }
    [this.a, this.b] = [a, b];
  }
}

type Filter = (line: Uint8Array, above: Uint8Array, step: number) => void;

/**
 * By their numbers; each undoes its filter in place. The first byte of a line is not a pixel's. Left of the
 * first pixel everything is 0.
 */
const filters: readonly (Filter | undefined)[] = [
  () => {},
  (line, _, step) => {
    for (let i = 1 + step; i < line.length; i++) line[i] += line[i - step];
  },
  (line, above) => {
    for (let i = 1; i < line.length; i++) line[i] += above[i];
  },
  (line, above, step) => {
    const first = Math.min(1 + step, line.length);
    for (let i = 1; i < first; i++) line[i] += above[i] >> 1;
    for (let i = first; i < line.length; i++) line[i] += (line[i - step] + above[i]) >> 1;
  },
  (line, above, step) => {
    const first = Math.min(1 + step, line.length);
    for (let i = 1; i < first; i++) line[i] += above[i]; // paeth(0, above[i], 0)
    for (let i = first; i < line.length; i++) {
      line[i] += paeth(line[i - step], above[i], above[i - step]);
    }
  },
];

/** Of the three, the one that lies nearest to left + up - upLeft. */
export function paeth(left: number, up: number, upLeft: number): number {
  const toLeft = Math.abs(up - upLeft);
  const toUp = Math.abs(left - upLeft);
  const toUpLeft = Math.abs(left + up - 2 * upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}
