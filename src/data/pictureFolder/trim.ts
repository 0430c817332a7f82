import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A part in the cache: its bytes, and what they are. */
interface Entry {
  readonly files: readonly string[];
  readonly size: number;
  /** When it was read or made for the last time. */
  readonly used: number;
}

const aDay = 24 * 60 * 60 * 1000;

/**
 * Removes what was used least recently, until what is left has no more bytes than `limit`, and what a
 * process that was killed left a day ago. Another process may do the same at the same time, and may be
 * reading what is removed: it has the file open.
 */
export async function trim(folder: string, limit: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const entries: Entry[] = [];
  for (const name of names) {
    if (name.endsWith('.bytes')) entries.push(await entryAt(join(folder, name)));
    else if (!name.endsWith('.bytes.json')) await removeOld(join(folder, name));
  }
  entries.sort((a, b) => b.used - a.used);
  let size = 0;
  for (const entry of entries) {
    size += entry.size;
    if (size > limit) await remove(entry.files);
  }
}

async function entryAt(path: string): Promise<Entry> {
  const files = [`${path}.json`, path];
  let [size, used] = [0, 0];
  for (const file of files) {
    const found = await stat(file).catch(() => undefined); // removed meanwhile
    size += found?.size ?? 0;
    used = Math.max(used, found?.mtimeMs ?? 0);
  }
  return { files, size, used };
}

async function removeOld(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found && Date.now() - found.mtimeMs > aDay) await remove([path]);
}

/** What they are first: bytes without it count as not there. What cannot be removed, the next run tries. */
async function remove(files: readonly string[]): Promise<void> {
  for (const file of files) await rm(file, { force: true }).catch(() => {});
}
