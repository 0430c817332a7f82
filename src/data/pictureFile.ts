import { PictureError } from '../core/errors.js';
import { unreadable } from '../files/reason.js';
import { readRegular } from '../files/regular.js';
import { type DecodedPicture, decodePicture, maxPictureBytes } from './decodePicture.js';
import type { Size } from './reduction.js';

/**
 * Reads a JPEG or PNG file (see `decodePicture`).
 *
 * @throws PictureError that names the file, what is wrong with it, and the cure.
 */
export async function readPicture(path: string, wanted?: Size): Promise<DecodedPicture> {
  try {
    return await decodePicture(
      await readRegular(path, PictureError, maxPictureBytes),
      path,
      wanted,
    );
  } catch (error) {
    if (error instanceof PictureError) throw error;
    throw new PictureError(`${path} ${unreadable(error)}. Give a JPEG or PNG file.`, {
      cause: error,
    });
  }
}
