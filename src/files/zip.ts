import { inflateSync, zipSync } from 'fflate';
import { ModelError } from '../core/errors.js';
import { assertFew, Budget, limits } from './bounds.js';
import { crc32 } from './crc32.js';

/*
 * Zip archives as written by numpy and Keras. fflate compresses and inflates; the directory is read
 * here, because fflate does not verify checksums and trusts the sizes that an archive declares.
 *
 * Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 and 4.4.
 */

/** Creates an uncompressed archive, because weights barely compress. The same contents give the same bytes. */
export function writeZip(contents: Readonly<Record<string, Uint8Array>>): Uint8Array {
  // The earliest date a zip can store, in local time, because fflate writes local time.
  return zipSync({ ...contents }, { level: 0, mtime: new Date(1980, 0, 1) });
}

/**
 * The contents of an archive by name. Declared sizes are checked against the archive's size before
 * anything is inflated, and no byte of the archive counts for two of its entries.
 *
 * @param file used in error messages.
 * @param budget what reading may take, if the caller goes on with it.
 * @throws ModelError if it is not a zip archive, is truncated, corrupted or encrypted, or declares
 * excessive sizes (a zip bomb).
 */
export function readZip(
  bytes: Uint8Array,
  file: string,
  budget = new Budget(file, bytes.length, ModelError),
): Map<string, Uint8Array> {
  const entries = readDirectory(bytes, file);
  budget.take(entries.reduce((sum, { size }) => sum + size, 0));
  assertApart(entries, bytes.length, file);
  const contents = new Map<string, Uint8Array>();
  for (const entry of entries) {
    if (contents.has(entry.name)) throw new ModelError(`${file} holds ${entry.name} twice.`);
    contents.set(entry.name, unpack(bytes, entry, file));
  }
  return contents;
}

const signature = { end: 0x06054b50, entry: 0x02014b50, local: 0x04034b50 };
const headerSize = { end: 22, entry: 46, local: 30 };
const inZip64 = 0xffffffff;
const longestComment = 0xffff;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  /** Offset of the entry's local header. */
  readonly start: number;
}

function readDirectory(bytes: Uint8Array, file: string): Entry[] {
  const view = viewOf(bytes);
  const damaged = () =>
    new ModelError(`${file} is cut off or damaged: it is no whole zip archive. Get it again.`);
  if (bytes.length < 4 || bytes[0] !== 0x50 || bytes[1] !== 0x4b) {
    throw new ModelError(`${file} is no zip archive, by its first bytes.`);
  }
  const last = bytes.length - headerSize.end;
  let end = last;
  while (end >= 0 && view.getUint32(end, true) !== signature.end) end--;
  if (end < 0 || end < last - longestComment) throw damaged();

  assertFew(file, view.getUint16(end + 10, true), 'entries', 'entries', ModelError);
  const entries: Entry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let i = view.getUint16(end + 10, true); i > 0; i--) {
    const isEntry = at + headerSize.entry <= end && view.getUint32(at, true) === signature.entry;
    if (!isEntry) throw damaged();
    const nameLength = view.getUint16(at + 28, true);
    const behindName = at + headerSize.entry + nameLength;
    if (nameLength > limits.nameLength) throw damaged();
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + headerSize.entry, behindName)),
      method: view.getUint16(at + 10, true),
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      crc: view.getUint32(at + 16, true),
      packedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      start: view.getUint32(at + 42, true),
    });
    at = behindName + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/** @throws ModelError where entries share bytes: a small archive may then hold any number of large ones. */
function assertApart(entries: readonly Entry[], length: number, file: string): void {
  const isInside = ({ start, packedSize }: Entry) => start + packedSize <= length;
  const sorted = entries.filter(isInside).toSorted((a, b) => a.start - b.start);
  for (const [i, { name, start, packedSize }] of sorted.entries()) {
    const next = sorted[i + 1];
    if (!next || start + headerSize.local + packedSize <= next.start) continue;
    throw new ModelError(
      `${file} is damaged: ${name} and ${next.name} in it share their bytes. Get it again.`,
    );
  }
}

/** Compression methods by number. */
const methods: Readonly<Record<number, (packed: Uint8Array, size: number) => Uint8Array>> = {
  0: (packed) => packed,
  8: (packed, size) => inflateSync(packed, { out: new Uint8Array(size) }),
};

function unpack(bytes: Uint8Array, entry: Entry, file: string): Uint8Array {
  const { name, method, encrypted, crc, packedSize, size, start } = entry;
  const damaged = (cause?: unknown) =>
    new ModelError(`${file} is damaged: ${name} in it is not whole. Get it again.`, { cause });
  if (encrypted) throw new ModelError(`${file}: ${name} is encrypted. Save it without a password.`);
  if (size === inZip64 || packedSize === inZip64) {
    throw new ModelError(`${file}: ${name} has 4 GiB or more, which handgrad does not read.`);
  }
  const view = viewOf(bytes);
  if (start + headerSize.local > bytes.length) throw damaged();
  if (view.getUint32(start, true) !== signature.local) throw damaged();
  const lengths = view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
  const from = start + headerSize.local + lengths;
  if (from + packedSize > bytes.length) throw damaged();
  if (!methods[method]) {
    throw new ModelError(
      `${file}: ${name} is compressed by method ${method}; handgrad reads stored and deflated ones.`,
    );
  }
  let content: Uint8Array;
  try {
    content = methods[method](bytes.subarray(from, from + packedSize), size);
  } catch (error) {
    throw damaged(error);
  }
  if (content.length !== size || crc32(content) !== crc) throw damaged();
  return content;
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  new DataView(buffer, byteOffset, byteLength);
