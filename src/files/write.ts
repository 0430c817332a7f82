import { dirname, join, resolve } from 'node:path';
import { disk } from './disk.js';
import { makeFolder, removeEmpty, syncFolder, writeNew } from './durable.js';
import { assertReplaceable, type Failure, orFailure } from './failure.js';
import { removeAll, stagingPath, sweepStaging, withStaging } from './staging.js';

/** Puts a file in the place of another, whole or not at all, and on the disk. What the disk throws comes through. */
export async function replaceFile(path: string, contents: string | Uint8Array): Promise<void> {
  const folder = dirname(resolve(path));
  const staged = stagingPath(folder);
  try {
    await writeNew(staged, contents);
    await disk.rename(staged, path);
  } catch (error) {
    await removeAll(staged);
    throw error;
  }
  await syncFolder(folder);
}

/** Writes a file, in folders made where they are missing; whole or not at all. @throws Failure */
export async function writeWhole(
  path: string,
  contents: string | Uint8Array,
  Failure: Failure,
): Promise<void> {
  await orFailure(path, Failure, async () => {
    const folder = dirname(resolve(path));
    const firstMade = await makeFolder(folder);
    try {
      if (!firstMade) await sweepStaging(folder);
      await assertReplaceable(path, Failure);
      await replaceFile(path, contents);
    } catch (error) {
      if (firstMade) await removeEmpty(folder, firstMade);
      throw error;
    }
  });
}

/**
 * Puts files into a folder, made where it is missing. Each is whole or not there; they are moved into it
 * once all are written and `verify` has read them, so that a failure leaves what was there.
 *
 * @throws Failure, and what `verify` throws.
 */
export async function writeFolder(
  path: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  Failure: Failure,
  verify: (staged: string) => Promise<void> = async () => {},
): Promise<void> {
  const names = Object.keys(files);
  await orFailure(path, Failure, () =>
    withStaging(path, async (staged) => {
      for (const name of names) await writeNew(join(staged, name), files[name]);
      await verify(staged);
      for (const name of names) await assertReplaceable(join(path, name), Failure);
      for (const name of names) await disk.rename(join(staged, name), join(path, name));
      await syncFolder(path);
    }),
  );
}

/** @throws Failure where nothing could be written to the folder: better known before the work. */
export const assertWritable = (folder: string, Failure: Failure): Promise<void> =>
  orFailure(folder, Failure, () => withStaging(folder, async () => {}));

/** The same for a file, in whose folder others are. */
export async function assertFileWritable(path: string, Failure: Failure): Promise<void> {
  await assertReplaceable(path, Failure);
  await orFailure(path, Failure, () => withStaging(dirname(path), async () => {}));
}

/** @throws Failure where a disk has no room for so many bytes; one that does not say is believed. */
export async function assertRoom(folder: string, bytes: number, Failure: Failure): Promise<void> {
  const free = await roomAt(resolve(folder));
  if (free === undefined || free >= bytes) return;
  throw new Failure(
    `${folder} cannot be written: it takes about ${inMegabytes(bytes)}, and ${inMegabytes(free)} are free there. Make room, or choose another folder.`,
  );
}

/** The free bytes of the disk that a folder is on, or would be. */
async function roomAt(folder: string): Promise<number | undefined> {
  const found = await disk.statfs(folder).catch(() => undefined);
  if (found) return found.blocks > 0 ? found.bavail * found.bsize : undefined;
  return dirname(folder) === folder ? undefined : roomAt(dirname(folder));
}

const inMegabytes = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`;
