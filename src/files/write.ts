import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { HandgradError } from '../core/errors.js';
import { reasonOf } from './reason.js';
import { removeEmpty, withStaging } from './staging.js';

/** The error of those who write: what a user catches speaks of models, data or reports, not of files. */
export type Failure = new (message: string, options?: ErrorOptions) => HandgradError;

/** Puts a file in the place of another, whole or not at all. What the file system throws comes through. */
export async function replaceFile(path: string, contents: string | Uint8Array): Promise<void> {
  const staged = `${path}.${randomUUID()}`;
  try {
    await writeFile(staged, contents);
    await rename(staged, path);
  } catch (error) {
    await rm(staged, { force: true }).catch(() => {}); // behind a file in place of a folder is nothing
    throw error;
  }
}

/** Writes a file, in folders made where they are missing; whole or not at all. @throws Failure */
export async function writeWhole(
  path: string,
  contents: string | Uint8Array,
  Failure: Failure,
): Promise<void> {
  await orFailure(path, Failure, async () => {
    const folder = dirname(resolve(path));
    const firstMade = await mkdir(folder, { recursive: true });
    try {
      await assertNoFolder(path, Failure);
      await replaceFile(path, contents);
    } catch (error) {
      if (firstMade) await removeEmpty(folder, firstMade);
      throw error;
    }
  });
}

/**
 * Puts files into a folder, made where it is missing, and into folders of it, as in `last/model.json`; a
 * name without contents is removed, and with the last one its folder. They are
 * moved into it once all are written and `verify` has read them, so that a failure leaves what was
 * there.
 *
 * @throws Failure, and what `verify` throws.
 */
export async function writeFolder(
  path: string,
  files: Readonly<Record<string, string | Uint8Array | undefined>>,
  Failure: Failure,
  verify: (staged: string) => Promise<void> = async () => {},
): Promise<void> {
  await orFailure(path, Failure, () =>
    withStaging(path, async (staged) => {
      const present = Object.keys(files).filter((name) => files[name] !== undefined);
      const absent = Object.keys(files).filter((name) => files[name] === undefined);
      for (const name of present) {
        await mkdir(dirname(join(staged, name)), { recursive: true });
        await writeFile(join(staged, name), files[name]!);
      }
      await verify(staged);
      for (const name of present) await assertNoFolder(join(path, name), Failure);
      for (const name of present) await mkdir(dirname(join(path, name)), { recursive: true });
      for (const name of present) await rename(join(staged, name), join(path, name));
      for (const name of absent) {
        await rm(join(path, name), { force: true });
        const folder = join(path, dirname(name));
        if (dirname(name) !== '.') await removeEmpty(folder, folder);
      }
    }),
  );
}

/** @throws Failure where nothing could be written to the folder: better known before the work. */
export const assertWritable = (folder: string, Failure: Failure): Promise<void> =>
  orFailure(folder, Failure, () => withStaging(folder, async () => {}));

/** The same for a file, in whose folder others are. */
export async function assertFileWritable(path: string, Failure: Failure): Promise<void> {
  await assertNoFolder(path, Failure);
  await orFailure(path, Failure, () => withStaging(dirname(path), async () => {}));
}

/** A rename onto a folder fails, and would leave the files before it replaced. */
async function assertNoFolder(path: string, Failure: Failure): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory())
    throw new Failure(`${path} cannot be written: it is a folder. Choose another path.`);
}

async function orFailure(path: string, Failure: Failure, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof HandgradError) throw error;
    const message = `${path} cannot be written: ${reasonOf(error)}. Choose another folder.`;
    throw new Failure(message, { cause: error });
  }
}
