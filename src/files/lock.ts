import { join } from 'node:path';
import { codeOf, disk } from './disk.js';
import { isGone, isOurs, isOwner, newOwner, pidOf } from './owner.js';

/*
 * One writer at a time in a folder: a file that only one can make, with its owner in it. A process that
 * is dead does not keep it. Whether one on another machine lives is not known: it is held while its
 * owner touches it.
 */

/** The name of the lock, in the folder that it guards. */
export const lockName = '.saving';

const touchMs = 5_000;
/** A lock that nobody has touched for so long, where its owner cannot be asked. */
const untouchedMs = 60_000;
/** A lock without an owner: it died between making it and saying whose it is. */
const unsignedMs = 2_000;

/** Locks of this process that are released, but could not be removed. */
const kept = new Set<string>();

/** For a commit: whether the lock is still ours, and has not been taken for a dead one's. */
export type IsHeld = () => Promise<boolean>;

/**
 * Runs work that nobody else runs at the same time in `folder`, which is there.
 *
 * @throws Error where another process keeps the lock for longer than `patienceMs`; what the disk throws
 */
export async function withLock<T>(
  folder: string,
  work: (isHeld: IsHeld) => Promise<T>,
  patienceMs = 60_000,
): Promise<T> {
  const path = join(folder, lockName);
  const owner = newOwner();
  await acquire(path, owner, Date.now() + patienceMs);
  const touching = setInterval(() => void disk.touch(path).catch(() => {}), touchMs);
  touching.unref();
  const isHeld = async () => (await ownerOf(path).catch(() => undefined)) === owner;
  try {
    return await work(isHeld);
  } finally {
    clearInterval(touching);
    // What cannot be read may still be ours.
    if ((await ownerOf(path).catch(() => owner)) === owner) {
      await disk.unlink(path).catch(() => kept.add(owner));
    }
  }
}

async function acquire(path: string, owner: string, until: number): Promise<void> {
  while (!(await make(path, owner))) {
    const found = await ownerOf(path); // undefined: released meanwhile
    if (found !== undefined && (await isLeft(path, found))) await take(path, found);
    else if (Date.now() > until) {
      throw new Error(`another process, ${pidOf(found ?? '') ?? 'unknown'}, is writing there`);
    } else await disk.wait(10 + 20 * Math.random());
  }
}

/** Makes the lock; false where there is one. */
async function make(path: string, owner: string): Promise<boolean> {
  const file = await disk.open(path, 'wx').catch((error) => {
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  });
  if (!file) return false;
  try {
    const bytes = new TextEncoder().encode(owner);
    if ((await file.write(bytes)) < bytes.length) {
      throw Object.assign(new Error('written in part'), { code: 'ENOSPC' });
    }
    return true;
  } catch (error) {
    await disk.unlink(path).catch(() => kept.add(owner));
    throw error;
  } finally {
    await file.close().catch(() => {});
  }
}

/** Whom a lock names; '' where it names nobody; undefined where there is none. */
async function ownerOf(path: string): Promise<string | undefined> {
  try {
    const text = new TextDecoder().decode(await disk.readFile(path));
    return isOwner(text) ? text : '';
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether its owner is dead, or has not been heard of for long. */
async function isLeft(path: string, owner: string): Promise<boolean> {
  if (owner !== '' && isOurs(owner)) return kept.has(owner);
  const isDead = owner === '' ? undefined : isGone(owner);
  if (isDead !== undefined) return isDead;
  return isUntouched(path, owner === '' ? unsignedMs : untouchedMs);
}

async function isUntouched(path: string, ms: number): Promise<boolean> {
  const found = await disk.stat(path).catch(() => undefined);
  return !!found && Date.now() - found.mtimeMs > ms;
}

/**
 * Takes a dead one's lock away. One at a time, and each looks again: the other may have done it and have
 * made its own.
 */
async function take(path: string, dead: string): Promise<void> {
  const marker = `${path}-taken`;
  const file = await disk.open(marker, 'wx').catch(async (error) => {
    if (codeOf(error) !== 'EEXIST') throw error;
    if (await isUntouched(marker, unsignedMs)) await disk.unlink(marker).catch(() => {});
    return undefined;
  });
  if (!file) return void (await disk.wait(5));
  try {
    await file.close();
    if ((await ownerOf(path)) === dead && (await isLeft(path, dead))) await disk.unlink(path);
  } finally {
    await disk.unlink(marker).catch(() => {});
  }
}
