import { createHash } from 'node:crypto';
import { type BigIntStats, closeSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** The SHA-256 of files, by name. */
export type Sums = Readonly<Record<string, string>>;

/** The file in a native folder with the sums of its files, for `sha256sum -c`. */
export const SUMS = 'SHA256SUMS';

/** 600 MB take about 2 s; read by pieces, they take no memory. */
export function sha256Of(path: string): string {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(1 << 20);
  const file = openSync(path, 'r');
  try {
    for (let n = readSync(file, piece); n > 0; n = readSync(file, piece)) {
      hash.update(n < piece.length ? piece.subarray(0, n) : piece);
    }
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

/**
 * Which file it is and in which state: whoever changes a byte changes the time of the change, and no
 * user can set that one back.
 */
export function stateOf(path: string): string {
  const { dev, ino, size, mtimeNs, ctimeNs }: BigIntStats = lstatSync(path, { bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/** The names in a native folder, but for the sums. */
export const filesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name !== SUMS)
    .sort();

export const sumsOf = (folder: string): Sums =>
  Object.fromEntries(filesIn(folder).map((name) => [name, sha256Of(join(folder, name))]));

/** As sha256sum writes them. */
export const sumsText = (sums: Sums): string =>
  Object.entries(sums)
    .map(([name, sum]) => `${sum}  ${name}\n`)
    .join('');

/** The reverse; lines of another form are left out. */
export const parseSums = (text: string): Sums =>
  Object.fromEntries(
    [...text.matchAll(/^([0-9a-f]{64})[ ][ *]([^/\n]+)$/gm)].map(([, sum, name]) => [name, sum]),
  );
