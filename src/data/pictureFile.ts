import { readFile, stat } from 'node:fs/promises';
import { PictureError } from '../core/errors.js';
import { type DecodedPicture, decodePicture, maxPictureBytes } from './decodePicture.js';
import type { Size } from './reduction.js';

/**
 * Reads a JPEG or PNG file (see `decodePicture`).
 *
 * @throws PictureError that names the file, what is wrong with it, and the cure.
 */
export async function readPicture(path: string, wanted?: Size): Promise<DecodedPicture> {
  try {
    const { size } = await stat(path);
    if (size > maxPictureBytes) {
      throw new PictureError(
        `${path} is too large: it has ${size} bytes, and ${maxPictureBytes} are the limit. ` +
          'Make it smaller with an image editor.',
      );
    }
    return await decodePicture(await readFile(path), path, wanted);
  } catch (error) {
    if (error instanceof PictureError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = reasons[code ?? ''] ?? `cannot be read (${message})`;
    throw new PictureError(`${path} ${reason}. Give a JPEG or PNG file.`, { cause: error });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of its path is no folder',
  EISDIR: 'is a folder, not a picture',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
};
