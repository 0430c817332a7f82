import { createHash, randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DataError } from '../../core/errors.js';
import { userCacheDirectory } from '../../files/cache.js';
import { reasonOf } from '../../files/reason.js';
import { hasSharp, type PictureForm } from './decode.js';
import type { ListedPart } from './list.js';

/** What a stored part says of itself, in JSON beside its bytes. */
export interface StoreContents {
  /** The places in the list of the pictures that are stored, one after the other. */
  readonly kept: readonly number[];
  /** Why others are not. */
  readonly broken: readonly string[];
  /** Of the stored bytes. */
  readonly sha256: string;
}

/** Raise it when pictures are decoded or resized otherwise. */
const version = 1;

/** Where the decoded pictures of a part lie: the name changes when a file does. */
export function storePath({ folder, pictures }: ListedPart, form: PictureForm, skips: boolean) {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([version, form.size, form.grey, skips, hasSharp(), resolve(folder)]));
  for (const { path, bytes, changed } of pictures) {
    hash.update(JSON.stringify([path, bytes, changed]));
  }
  return join(userCacheDirectory(), 'pictures', `${hash.digest('hex').slice(0, 32)}.bytes`);
}

const contentsPath = (path: string) => `${path}.json`;

/** What is stored at a path, if it is whole. */
export async function storedAt(path: string, sampleSize: number) {
  try {
    const contents = JSON.parse(await readFile(contentsPath(path), 'utf8')) as StoreContents;
    const { size } = await stat(path);
    return size === contents.kept.length * sampleSize ? contents : undefined;
  } catch {
    return undefined; // not there, or cut off: decoded anew
  }
}

/**
 * Stores samples as `write` gives them, whole or not at all: the bytes are moved to their place first,
 * and what they are after that.
 *
 * @throws DataError where the cache folder cannot be written, and what `write` throws.
 */
export async function store(
  path: string,
  write: (add: (sample: Uint8Array) => Promise<void>) => Promise<Omit<StoreContents, 'sha256'>>,
): Promise<StoreContents> {
  const staged = `${path}.${randomUUID()}`;
  const file = await inCache(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    return open(staged, 'w');
  });
  try {
    const hash = createHash('sha256');
    const found = await write((sample) => {
      hash.update(sample);
      return inCache(path, () => addTo(file, sample));
    });
    const contents = { ...found, sha256: hash.digest('hex') };
    await file.close();
    await inCache(path, async () => {
      await rename(staged, path);
      const stagedContents = await open(`${staged}.json`, 'w');
      await stagedContents.writeFile(JSON.stringify(contents));
      await stagedContents.close();
      await rename(`${staged}.json`, contentsPath(path));
    });
    return contents;
  } catch (error) {
    await file.close().catch(() => {});
    await rm(staged, { force: true });
    throw error;
  }
}

async function addTo(file: FileHandle, sample: Uint8Array): Promise<void> {
  for (let at = 0; at < sample.length; ) at += (await file.write(sample, at)).bytesWritten;
}

async function inCache<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new DataError(
      `The decoded pictures cannot be kept in ${dirname(path)}: ${reasonOf(error)}. HANDGRAD_CACHE names another folder.`,
      { cause: error },
    );
  }
}

/** Reads samples of a store by their places. @throws DataError if the store is gone */
export function takeFrom(path: string, size: number, indices: ArrayLike<number>): Uint8Array {
  const taken = new Uint8Array(indices.length * size);
  try {
    const file = openSync(path, 'r');
    try {
      for (let k = 0; k < indices.length; k++) {
        const read = readSync(file, taken, k * size, size, indices[k] * size);
        if (read !== size) throw new Error(`it ends before sample ${indices[k]}`);
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new DataError(
      `The decoded pictures in ${path} cannot be read: ${reasonOf(error)}. Read the folder anew.`,
      { cause: error },
    );
  }
  return taken;
}
