import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, rm, utimes } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DataError } from '../../core/errors.js';
import { cacheLimit, userCacheDirectory } from '../../files/cache.js';
import { reasonOf } from '../../files/reason.js';
import { hasSharp, type PictureForm } from './decode.js';
import type { ListedPart } from './list.js';
import { OpenFile } from './openFile.js';
import { trim } from './trim.js';

/** What a stored part says of itself, in JSON beside its bytes. */
export interface StoreContents {
  /** The places in the list of the pictures that are stored, one after the other. */
  readonly kept: readonly number[];
  /** Why others are not. */
  readonly broken: readonly string[];
  /** Of the stored bytes. */
  readonly sha256: string;
}

/** A part that is stored, open. */
export interface Store extends StoreContents {
  readonly file: OpenFile;
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

/** What is stored at a path, if it is whole; the cache knows from now on that it was used. */
export async function storedAt(path: string, sampleSize: number): Promise<Store | undefined> {
  let file: OpenFile | undefined;
  try {
    file = new OpenFile(path);
    const contents = JSON.parse(await readFile(contentsPath(path), 'utf8')) as StoreContents;
    if (file.size !== contents.kept.length * sampleSize) return undefined;
    const now = new Date();
    // Another process may remove it now, which does not touch what is open.
    await utimes(contentsPath(path), now, now).catch(() => {});
    return { ...contents, file };
  } catch {
    return undefined; // not there, or cut off: decoded anew
  }
}

/**
 * Stores samples as `write` gives them, whole or not at all: the bytes are moved to their place first,
 * and what they are after that. Then the cache is brought within its limit; the samples can be read
 * even if they are removed by that.
 *
 * @throws DataError where the cache folder cannot be written, and what `write` throws.
 */
export async function store(
  path: string,
  write: (add: (sample: Uint8Array) => Promise<void>) => Promise<Omit<StoreContents, 'sha256'>>,
): Promise<Store> {
  const limit = cacheLimit();
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
    const opened = await inCache(path, async () => {
      const opened = new OpenFile(staged);
      await rename(staged, path);
      const stagedContents = await open(`${staged}.json`, 'w');
      await stagedContents.writeFile(JSON.stringify(contents));
      await stagedContents.close();
      await rename(`${staged}.json`, contentsPath(path));
      return opened;
    });
    await trim(dirname(path), limit);
    return { ...contents, file: opened };
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
