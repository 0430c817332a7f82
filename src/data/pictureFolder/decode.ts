import { createRequire } from 'node:module';
import { PictureError } from '../../core/errors.js';
import { isJpegOrPng } from '../decodePicture.js';
import { readPicture } from '../pictureFile.js';
import { greyOf, type Picture, resizePicture } from '../pictures.js';
import { headOf } from '../source.js';

/** How pictures of a folder become samples. */
export interface PictureForm {
  readonly size: number;
  readonly grey: boolean;
}

const isWebp = (head: Uint8Array): boolean =>
  String.fromCharCode(...head.subarray(0, 4), ...head.subarray(8, 12)) === 'RIFFWEBP';

/** Whether the first 12 bytes are those of a picture that can be read. */
export const isPictureHead = (head: Uint8Array): boolean => isJpegOrPng(head) || isWebp(head);

/**
 * The bytes of a picture file in a square, its proportions not kept: R G B R G B …, or grey.
 *
 * @throws PictureError that names the file.
 */
export async function squareOf(path: string, { size, grey }: PictureForm): Promise<Uint8Array> {
  const picture = isWebp(await headOf(path, 12))
    ? await readWebp(path)
    : await readPicture(path, { width: size, height: size });
  const { data } = await resizePicture(picture, size, size);
  return grey ? greyOf(data) : data;
}

/** What is used of sharp, which is there if the user installed it. */
interface Sharp {
  rotate(): Sharp;
  flatten(options: { background: string }): Sharp;
  toColourspace(space: string): Sharp;
  raw(): Sharp;
  toBuffer(options: { resolveWithObject: true }): Promise<{
    data: Uint8Array;
    info: { width: number; height: number; channels: number };
  }>;
}

async function readWebp(path: string): Promise<Picture> {
  const sharp = await loadSharp(path);
  try {
    const { data, info } = await sharp(path)
      .rotate()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (error) {
    throw new PictureError(
      `${path} is a WebP picture that cannot be read: ${(error as Error).message}. Save it anew as PNG or JPEG.`,
      { cause: error },
    );
  }
}

/** Whether WebP can be read. */
export function hasSharp(): boolean {
  try {
    createRequire(import.meta.url).resolve('sharp');
    return true;
  } catch {
    return false;
  }
}

async function loadSharp(path: string): Promise<(path: string) => Sharp> {
  const name = 'sharp'; // not a dependency: bundlers and TypeScript are not to look for it
  try {
    return ((await import(name)) as { default: (path: string) => Sharp }).default;
  } catch (error) {
    throw new PictureError(
      `${path} is a WebP picture, which needs sharp. Install it: npm install sharp. Or save the picture as PNG or JPEG.`,
      { cause: error },
    );
  }
}
