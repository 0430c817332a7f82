import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { DataError } from '../core/errors.js';

/** Writes a file, whole or not at all. @throws DataError where it cannot be written. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const staged = `${path}.${randomUUID()}`;
  try {
    await writeFile(staged, text);
    await rename(staged, path);
  } catch (error) {
    await rm(staged, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'its folder does not exist. Make the folder first' : message;
    throw new DataError(`${path} cannot be written: ${why}.`);
  }
}
