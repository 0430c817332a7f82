import { join, resolve } from 'node:path';
import { codeOf, disk } from './disk.js';
import { makeFolder, removeEmpty } from './durable.js';
import { isGone, isOwner, newOwner } from './owner.js';

const prefix = '.writing-';

/** After so long what another machine has begun is taken for given up. */
const oldMs = 86_400_000;

/**
 * Lets `work` prepare files in a folder of their own inside `folder`, which is made where it is missing,
 * so that a rename puts them in place whole. Inside, not beside: it is the same disk, and needs no
 * right to write next to `folder`. Afterwards the staging folder is gone, and so are the folders that
 * were made for it, as long as they are empty; what dead processes have left there goes before. What the
 * file system throws comes through.
 */
export async function withStaging<T>(
  folder: string,
  work: (staging: string) => Promise<T>,
): Promise<T> {
  const target = resolve(folder);
  const firstMade = await makeFolder(target);
  const staging = stagingPath(target);
  try {
    if (!firstMade) await sweepStaging(target);
    await disk.mkdir(staging);
    return await work(staging);
  } finally {
    await removeAll(staging);
    if (firstMade) await removeEmpty(target, firstMade);
  }
}

/** The path of something that is being written in a folder: no longer a name than a folder may have. */
export const stagingPath = (folder: string): string => join(folder, `${prefix}${newOwner()}`);

/** Removes what dead processes were writing in a folder. What cannot be removed stays. */
export async function sweepStaging(folder: string): Promise<void> {
  const names = await disk.readdir(folder).catch(() => []);
  for (const name of names) {
    const owner = name.startsWith(prefix) && name.slice(prefix.length);
    if (!owner || !isOwner(owner)) continue;
    const path = join(folder, name);
    if (isGone(owner) ?? (await isOld(path))) await removeAll(path);
  }
}

const isOld = (path: string): Promise<boolean> =>
  disk.stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > oldMs,
    () => false,
  );

/** Removes a file, or a folder with all that is in it, as far as that goes. */
export async function removeAll(path: string): Promise<void> {
  try {
    await disk.unlink(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return;
    const names = await disk.readdir(path).catch(() => []);
    for (const name of names) await removeAll(join(path, name));
    await disk.rmdir(path).catch(() => {});
  }
}
