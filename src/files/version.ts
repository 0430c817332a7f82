import { dirname, join, resolve } from 'node:path';
import { codeOf, disk } from './disk.js';
import { makeFolder, removeEmpty, syncFolder, writeNew } from './durable.js';
import { assertReplaceable, type Failure, orFailure } from './failure.js';
import { type IsHeld, withLock } from './lock.js';
import { reasonOf } from './reason.js';
import { withStaging } from './staging.js';

type Contents = string | Uint8Array;

/** What a folder is to hold. Names may lie in folders of it, as in `last/model.json`. */
export interface Version {
  /** Files under names that nothing refers to yet. */
  readonly fresh: Readonly<Record<string, Contents>>;
  /** The file whose rename makes the version count: it refers to the fresh ones. */
  readonly commit: { readonly name: string; readonly contents: Contents };
  /** Copies under their usual names for those who look for them there; undefined: taken away. */
  readonly copies: Readonly<Record<string, Contents | undefined>>;
  /** Whether what lies in the folder, under a name, belongs to no version that counts. */
  isLeftover(name: string): boolean;
}

/** So long a version that was replaced stays, for those who have just read what referred to it. */
const graceMs = 200;

/**
 * Puts a version of files into a folder, made where it is missing. One rename makes it count; before it
 * all is on the disk and `verify` has read it, and a failure leaves what was there. One writer at a
 * time: `make` is asked once nobody else writes there.
 *
 * @throws Failure, and what `verify` throws.
 */
export async function writeVersion(
  path: string,
  make: () => Promise<Version>,
  Failure: Failure,
  verify: (staged: string) => Promise<void> = async () => {},
): Promise<void> {
  await orFailure(path, Failure, () =>
    withStaging(path, (staging) =>
      withLock(resolve(path), async (isHeld) => {
        const version = await make();
        const { fresh, commit, copies } = version;
        await stage(staging, { ...fresh, ...copies, [commit.name]: commit.contents });
        await verify(staging);
        const place = { path: resolve(path), staging, isHeld };
        for (const name of [commit.name, ...Object.keys(copies)]) {
          await assertReplaceable(join(path, name), Failure);
        }
        await putFresh(place, version);
        await putCopies(place, version, Failure);
        await sweep(place, version);
      }),
    ),
  );
}

interface Place {
  readonly path: string;
  readonly staging: string;
  readonly isHeld: IsHeld;
}

async function stage(staging: string, files: Readonly<Record<string, Contents | undefined>>) {
  for (const [name, contents] of Object.entries(files)) {
    if (contents === undefined) continue;
    await makeFolder(dirname(join(staging, name)));
    await writeNew(join(staging, name), contents);
  }
}

/** The fresh files, then the commit. Where it fails, what was not there before is taken away again. */
async function putFresh({ path, staging, isHeld }: Place, { fresh, commit }: Version) {
  const placed: string[] = [];
  const made: string[] = [];
  try {
    for (const name of Object.keys(fresh)) {
      const folder = dirname(join(path, name));
      if (await makeFolder(folder)) made.push(folder);
      if (await isMissing(join(path, name))) placed.push(join(path, name));
      await disk.rename(join(staging, name), join(path, name));
    }
    for (const folder of foldersOf(path, Object.keys(fresh))) await syncFolder(folder);
    if (!(await isHeld())) throw new Error('another process has begun to write there');
    await disk.rename(join(staging, commit.name), join(path, commit.name));
  } catch (error) {
    for (const file of placed) await disk.unlink(file).catch(() => {});
    for (const folder of made) await removeEmpty(folder, folder);
    throw error;
  }
}

/** What cannot be looked at is there: it may be of the version that counts. */
export const isMissing = (path: string): Promise<boolean> =>
  disk.stat(path).then(
    () => false,
    (error) => ['ENOENT', 'ENOTDIR'].includes(codeOf(error)!),
  );

const foldersOf = (path: string, names: readonly string[]) =>
  new Set(names.map((name) => dirname(join(path, name))));

/** Behind the commit nothing is taken back: the version counts, and an error says what is amiss with it. */
async function putCopies({ path, staging }: Place, { copies }: Version, Failure: Failure) {
  let at = path;
  try {
    await syncFolder(path);
    for (const [name, contents] of Object.entries(copies)) {
      at = join(path, name);
      if (contents !== undefined) await disk.rename(join(staging, name), at);
      else await disk.unlink(at).catch(ignoreMissing);
    }
    for (const folder of foldersOf(path, Object.keys(copies))) {
      at = folder;
      await syncFolder(folder).catch(ignoreMissing);
    }
  } catch (error) {
    throw new Failure(
      `${path} holds what was saved, but ${at} cannot be brought up to date: ${reasonOf(error)}. Save once more, or to another folder.`,
      { cause: error },
    );
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}

/** Removes what belongs to no version that counts. What cannot be removed is so at the next save. */
async function sweep({ path, isHeld }: Place, { copies, fresh, isLeftover }: Version) {
  const folders = foldersOf(path, ['.', ...Object.keys(copies), ...Object.keys(fresh)]);
  const leftovers: string[] = [];
  for (const folder of folders) {
    for (const name of await disk.readdir(folder).catch(() => [])) {
      const inPath = folder === path ? name : join(folder.slice(path.length + 1), name);
      if (isLeftover(inPath)) leftovers.push(join(path, inPath));
    }
  }
  if (leftovers.length > 0) await disk.wait(graceMs);
  if (!(await isHeld())) return;
  for (const file of leftovers) await disk.unlink(file).catch(() => {});
  for (const folder of folders) {
    if (folder !== path) await removeEmpty(folder, folder);
  }
}
