import { readFile, stat } from 'node:fs/promises';
import { PictureError } from '../core/errors.js';
import { decodePicture, mostPictureBytes } from './decodePicture.js';
import type { Picture } from './pictures.js';

/**
 * Reads a JPEG or PNG file (see `decodePicture`).
 *
 * @throws PictureError that names the file, what is wrong with it, and the cure.
 */
export async function readPicture(path: string): Promise<Picture> {
  try {
    const { size } = await stat(path);
    if (size > mostPictureBytes) {
      throw new PictureError(
        `${path} is too large: it has ${size} bytes, and ${mostPictureBytes} are the most. ` +
          'Make it smaller with an image editor.',
      );
    }
    return await decodePicture(await readFile(path), path);
  } catch (error) {
    if (error instanceof PictureError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = REASONS[code ?? ''] ?? `cannot be read (${message})`;
    throw new PictureError(`${path} ${reason}. Give a JPEG or PNG file.`, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of its path is no folder',
  EISDIR: 'is a folder, not a picture',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
};
