import { HandgradError } from '../core/errors.js';
import { codeOf, disk, type Found } from './disk.js';
import { reasonOf } from './reason.js';

/** The error of those who write: what a user catches speaks of models, data or reports, not of files. */
export type Failure = new (message: string, options?: ErrorOptions) => HandgradError;

/** What the disk throws as a sentence with the path: `… cannot be written: the disk is full.` */
export async function orFailure<T>(
  path: string,
  Failure: Failure,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HandgradError) throw error;
    const message = `${path} cannot be written: ${reasonOf(error)}. Choose another folder.`;
    throw new Failure(message, { cause: error });
  }
}

/**
 * @throws Failure where a file cannot be put in the place of what lies there: a folder, a device, or a
 *   file that not even its owner may change. A rename would fail, or worse: take the device's place.
 */
export async function assertReplaceable(path: string, Failure: Failure): Promise<void> {
  const found = await disk.stat(path).catch(() => undefined);
  const why = found && (hindrance(found) ?? (await protection(path)));
  if (why) throw new Failure(`${path} cannot be written: ${why}. Choose another path.`);
}

function hindrance(found: Found): string | undefined {
  if (found.isDirectory()) return 'it is a folder';
  return found.isFile() ? undefined : 'it is no file';
}

/** `chattr +i` makes opening a file EPERM; without the right to write it is EACCES, which a rename does not need. */
async function protection(path: string): Promise<string | undefined> {
  try {
    await (await disk.open(path, 'r+')).close();
    return undefined;
  } catch (error) {
    return codeOf(error) === 'EPERM' ? 'it is protected against changes' : undefined;
  }
}
