import { DataError } from '../core/errors.js';
import { replaceFile } from '../export/files.js';

/** Writes a file, whole or not at all. @throws DataError where it cannot be written. */
export async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await replaceFile(path, text);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'its folder does not exist. Make the folder first' : message;
    throw new DataError(`${path} cannot be written: ${why}.`);
  }
}
