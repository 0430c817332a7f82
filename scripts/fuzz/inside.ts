import { deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { unzipSync, zipSync } from 'fflate';
import { crc32 } from '../../src/files/crc32.js';
import { mutated } from './mutate.js';
import type { Random } from './random.js';

/*
 * Changes behind a checksum or inside what is packed: changed bytes alone would end there.
 */

/** A file changed within, its checksums right again; undefined where its format has none. */
export function mutatedInside(bytes: Uint8Array, random: Random): Uint8Array | undefined {
  const [a, b] = bytes;
  if (a === 0x50 && b === 0x4b) return inZip(bytes, random);
  if (a === 0x1f && b === 0x8b) return gzipSync(mutated(gunzipSync(bytes), random));
  return a === 0x89 && b === 0x50 ? inPng(bytes, random) : undefined;
}

function inZip(bytes: Uint8Array, random: Random): Uint8Array {
  const entries = unzipSync(bytes);
  const names = Object.keys(entries);
  const name = random.of(names);
  entries[name] = Uint8Array.from(mutated(entries[name], random));
  if (random.next() < 0.1) entries[random.of(names)] = entries[random.of(names)];
  return zipSync(entries, { level: random.of([0, 6]) });
}

function inPng(bytes: Uint8Array, random: Random): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [bytes.slice(0, 8)];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = bytes.slice(at + 4, at + 8);
    let data: Uint8Array = bytes.slice(at + 8, at + 8 + length);
    if (random.next() < 0.4) {
      const isPixels = type[0] === 0x49 && type[1] === 0x44;
      data = isPixels ? repacked(data, random) : mutated(data, random);
    }
    const chunk = new Uint8Array(12 + data.length);
    const out = new DataView(chunk.buffer);
    out.setUint32(0, data.length);
    chunk.set(type, 4);
    chunk.set(data, 8);
    out.setUint32(8 + data.length, crc32(chunk.subarray(4, 8 + data.length)));
    parts.push(chunk);
    at += 12 + length;
  }
  return Buffer.concat(parts);
}

function repacked(data: Uint8Array, random: Random): Uint8Array {
  const changed = mutated(inflateSync(data), random);
  return random.next() < 0.9 ? deflateSync(changed) : deflateRawSync(changed);
}
