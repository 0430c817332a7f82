import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { DataError } from '../core/errors.js';
import { unreadable } from '../files/reason.js';
import { assertRegular, maxFileBytes, readRegular, withRegular } from '../files/regular.js';
import type { SourceFile } from './sampleSet.js';

/** A file or a folder, as far as one looks to tell what it is. */
export interface Source {
  /** As it was given: it stands in messages. */
  readonly path: string;
  /** The last part of the path. */
  readonly name: string;
  readonly isFolder: boolean;
  /** Of a file. */
  readonly size: number;
  /** The first bytes of a file, 64 KiB at most. */
  readonly head: Uint8Array;
  /** What lies in a folder, by name, hidden files left out. */
  readonly entries: readonly SourceEntry[];
}

export interface SourceEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

const headSize = 2 ** 16;

/** @throws DataError if there is nothing at the path, or it cannot be read. */
export async function sourceAt(path: string): Promise<Source> {
  const name = basename(resolve(path));
  try {
    const found = await stat(path);
    if (found.isDirectory()) {
      const entries = await entriesOf(path);
      return { path, name, isFolder: true, size: 0, head: new Uint8Array(), entries };
    }
    assertRegular(found);
    return { path, name, isFolder: false, size: found.size, head: await headOf(path), entries: [] };
  } catch (error) {
    throw new DataError(`${path} ${unreadable(error)}. Give the path of your data.`, {
      cause: error,
    });
  }
}

/** The first bytes of a file. */
export async function headOf(path: string, length = headSize): Promise<Uint8Array> {
  return withRegular(path, async (file) => {
    const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  });
}

/** What systems put into folders beside the user's own. */
const isHidden = (name: string) =>
  name.startsWith('.') || /^(thumbs\.db|ehthumbs\.db|desktop\.ini|__macosx)$/i.test(name);

/** Links count as what they lead to. */
export async function entriesOf(folder: string): Promise<SourceEntry[]> {
  const found = await readdir(folder, { withFileTypes: true });
  const entries: SourceEntry[] = [];
  for (const entry of found) {
    if (isHidden(entry.name)) continue;
    const isFolder = entry.isSymbolicLink()
      ? (await stat(join(folder, entry.name))).isDirectory()
      : entry.isDirectory();
    entries.push({ name: entry.name, isFolder });
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** @throws DataError if the file is larger than `limit`, or cannot be read. */
export async function bytesOf(path: string, limit = maxFileBytes): Promise<Uint8Array> {
  try {
    return await readRegular(path, DataError, limit);
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`${path} ${unreadable(error)}.`, { cause: error });
  }
}

/** A file's size and hash, so that a report can say what it was made of. */
export async function sourceFile(path: string): Promise<SourceFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  await withRegular(path, async (file) => {
    for await (const chunk of file.createReadStream({ autoClose: false })) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
  });
  return { path, bytes, sha256: hash.digest('hex') };
}
