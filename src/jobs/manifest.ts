import { link, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { DataError } from '../core/errors.js';
import { list, matching, record, whole } from '../core/schema.js';
import { codeOf } from '../files/disk.js';
import { parseJson } from '../files/json.js';
import { readRegular } from '../files/regular.js';
import { writeWhole } from '../files/write.js';
import type { FolderStore } from './folderStore.js';
import { type Hash, hashSchema, type Store } from './store.js';

/** A file of a list: where it lies in it, and what is in it. */
export interface Listed {
  /** With slashes, below the folder that stands for all. */
  readonly path: string;
  readonly size: number;
  readonly hash: Hash;
}

/**
 * Puts a file, or a folder with all that is in it, into a store.
 *
 * @returns the hash of the list of its files, which is put there too.
 * @throws DataError where a file cannot be read.
 */
export async function putFiles(path: string, store: Store): Promise<Hash> {
  return putListed(dirname(resolve(path)), await filesIn(resolve(path)), store);
}

/** Puts some files that lie below a folder. As `putFiles`. */
export async function putListed(
  root: string,
  paths: readonly string[],
  store: Store,
): Promise<Hash> {
  const files: Listed[] = [];
  for (const file of paths) {
    const bytes = await readRegular(file, DataError);
    const hash = await store.put(bytes);
    files.push({ path: nameIn(root, file), size: bytes.length, hash });
  }
  const list = filesSchema(files, root);
  return store.put(new TextEncoder().encode(JSON.stringify(list)));
}

/** With slashes, as a list has it. */
export const nameIn = (folder: string, file: string) => relative(folder, file).split(sep).join('/');

async function filesIn(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path)).sort();
  const below = await Promise.all(names.map((name) => filesIn(join(path, name))));
  return below.flat();
}

/** A list of files as it comes out of a store. @throws DataError, ValueError */
export function listedIn(bytes: Uint8Array): readonly Listed[] {
  const value = parseJson(bytes, 'The list of files', DataError, 'Run it once more.');
  return filesSchema(value, 'The list of files');
}

/** No file of a list may lie elsewhere: neither `..` nor a name that a system reads otherwise. */
export const inside = matching(
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are refused
  /^(?!.*(?:^|\/)\.{0,2}(?:\/|$))[^\\:\u0000-\u001f]{1,4096}$/,
  'a path inside a folder',
);

const filesSchema = list(
  record<Listed>({ path: inside, size: whole(0, Number.MAX_SAFE_INTEGER), hash: hashSchema }),
  10_000_000,
);

/**
 * Lays the files of a list out as they were, in a folder of their own beside the store that holds them.
 *
 * @returns the path that stands for the file, or the folder, that was put.
 * @throws DataError where the store lacks one.
 */
export async function layOut(manifest: Hash, store: FolderStore): Promise<string> {
  const { root, files } = await layOutBelow(manifest, store);
  return join(root, files[0] ? files[0].path.split('/')[0] : '');
}

/** As `layOut`: the folder below which they lie, and what lies there. */
export async function layOutBelow(
  manifest: Hash,
  store: FolderStore,
): Promise<{ root: string; files: readonly Listed[] }> {
  const files = listedIn(await store.get(manifest));
  const root = join(store.folder, 'files', manifest);
  for (const { path, hash } of files) await place(join(root, path), hash, store);
  return { root, files };
}

/** Removes what was laid out of lists that the store no longer holds. */
export async function sweepLaidOut(store: FolderStore): Promise<void> {
  const folder = join(store.folder, 'files');
  for (const manifest of await readdir(folder).catch(() => [])) {
    const found = await stat(store.path(manifest)).catch(() => undefined);
    if (!found) await rm(join(folder, manifest), { recursive: true, force: true });
  }
}

/** As a second name of the bytes, or a copy where a disk has no such thing. */
async function place(path: string, hash: Hash, store: FolderStore): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found) return;
  await store.get(hash); // looks at the hash
  await mkdir(dirname(path), { recursive: true });
  try {
    await link(store.path(hash), path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return; // another child was faster
    await writeWhole(path, await store.get(hash), DataError);
  }
}
