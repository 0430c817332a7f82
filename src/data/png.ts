import { Inflate } from 'fflate';
import { PictureDamage } from './pictureDamage.js';
import type { Picture } from './pictures.js';
import type { Png } from './pngChunks.js';
import { painter } from './pngColours.js';
import { LineReader, pixelBytes } from './pngLines.js';
import type { Reduction } from './reduction.js';

/*
 * PNG, read by the same code in Node and in a browser, whose own decoder gives other bytes: it rounds
 * 16 bits in its own way and manages colours.
 *
 * Source: W3C, Portable Network Graphics, third edition (2025), sections 5, 7, 8, 9, 11 and 13.
 */

/**
 * The picture in RGB, of any colour type and depth, interlaced or not; of an animation the still picture.
 * What is transparent is laid over white. Bytes are taken as they are, as Pillow does, whatever gamma or
 * colour space the file names. The sides are divided by `reduction` and rounded up; a pixel is then the
 * mean of those that it stands for. Lines are unpacked one after the other: what is in memory is the
 * result, and little else.
 *
 * @throws PictureDamage where pixels are missing or wrong.
 */
export function decodePng(png: Png, reduction: Reduction = 1): Picture {
  const { packed, isIntact, isCut } = png;
  const canvas = painter(png, reduction);
  const lines = new LineReader(png.header, canvas.paint);
  inflate(packed, lines);
  if (lines.missing > 0) {
    const why = `${lines.missing} of ${pixelBytes(png.header)} bytes of its pixels are missing`;
    throw isCut || isIntact ? new PictureDamage('cut off', why) : wrong(why);
  }
  // Where more is packed than the pixels, or the file ends behind them, their own checksum is out of reach.
  const isProven = lines.surplus || isCut ? isIntact : hasAdler(packed, lines.adler);
  if (!isProven) throw wrong('the checksum of its pixels is wrong');
  return canvas.picture();
}

const wrong = (why: string) => new PictureDamage('damaged', why);

/** Unpacks a zlib stream piece by piece, until the lines are full. */
function inflate(packed: Uint8Array, lines: LineReader): void {
  const [method, flags] = packed; // RFC 1950, section 2.2
  if ((method & 15) !== 8 || (flags & 32) !== 0 || ((method << 8) | flags) % 31 !== 0) {
    if (packed.length >= 2) throw wrong('its pixels are not packed by zlib');
    return;
  }
  const stream = new Inflate((piece) => lines.push(piece));
  try {
    for (let at = 2; at < packed.length && !lines.surplus; at += PIECE) {
      stream.push(packed.subarray(at, at + PIECE));
    }
  } catch (error) {
    if (error instanceof PictureDamage) throw error;
    throw wrong(`its pixels cannot be unpacked (${(error as Error).message})`);
  }
}

/** A byte unpacks to 1032 at most: so many at once take no more than 17 MB. */
const PIECE = 2 ** 14;

/** Whether the checksum stands behind the pixels; some writers put more bytes behind it. */
function hasAdler(packed: Uint8Array, adler: number): boolean {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  for (let at = packed.length - 4; at >= 2; at--) if (view.getUint32(at) === adler) return true;
  return false;
}
