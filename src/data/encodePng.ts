import { zlibSync } from 'fflate';
import { crc32 } from '../files/crc32.js';
import type { Picture } from './pictures.js';
import { pngSignature } from './pngChunks.js';
import { paeth } from './pngLines.js';

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
