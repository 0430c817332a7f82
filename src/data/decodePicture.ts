import exifr from 'exifr';
import { PictureError } from '../core/errors.js';
import { allowedFor, variable } from '../files/bounds.js';
import { decodeJpeg } from './jpeg.js';
import { readJpeg } from './jpegMarkers.js';
import { liesOnItsSide, turnUpright } from './orientation.js';
import { PictureDamage } from './pictureDamage.js';
import type { Picture } from './pictures.js';
import { decodePng } from './png.js';
import { pngSignature, readPng } from './pngChunks.js';
import { pixelBytes } from './pngLines.js';
import { type Reduction, reductionFor, type Size } from './reduction.js';

/** Of a file. What is larger is no photograph. */
export const maxPictureBytes = 2 ** 28;

/** A picture as it was read, and the size that it has in its file, upright. */
export interface DecodedPicture extends Picture {
  readonly original: Size;
}

/**
 * A JPEG or PNG picture, told by its first bytes and not by its name, turned upright as its EXIF
 * data says. Grey, palette, CMYK and 16-bit pictures become RGB bytes; what is transparent is laid
 * over white.
 *
 * @param fileName stands in the messages.
 * @param wanted the size that it will be resized to. A picture of more than 4 megapixels is then decoded at
 * 1/2, 1/4 or 1/8 of its sides, where that is still twice the wanted size.
 * @throws PictureError where it is empty or no such picture, where not all of its pixels are there, or where
 * it has none or too many: the limits are in docs/decisions/pictures.md.
 */
export async function decodePicture(
  bytes: Uint8Array,
  fileName: string,
  wanted?: Size,
): Promise<DecodedPicture> {
  if (bytes.length === 0) {
    throw new PictureError(`${fileName} is empty. Give a JPEG or PNG picture.`);
  }
  const format = formatOf(bytes);
  if (!format) {
    throw new PictureError(
      `${fileName} is no JPEG or PNG picture: its first bytes are those of neither. ` +
        'Convert it to one of the two.',
    );
  }
  try {
    const file = format.open(bytes);
    const reduction = reductionFor(file.size, wanted);
    checkSize(file, reduction, fileName, allowedFor(bytes.length));
    const picture = await file.decode(reduction);
    const orientation = await orientationOf(file.exif);
    const { width, height } = file.size;
    const [across, down] = liesOnItsSide(orientation) ? [height, width] : [width, height];
    return { ...turnUpright(picture, orientation), original: { width: across, height: down } };
  } catch (error) {
    if (error instanceof PictureDamage) {
      throw new PictureError(
        `${fileName} is a ${format.name} picture that is ${error.message}. ${error.cure}.`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** Whether the first bytes are those of a JPEG or PNG picture. */
export const isJpegOrPng = (bytes: Uint8Array): boolean => formatOf(bytes) !== undefined;

const formatOf = (bytes: Uint8Array): Format | undefined =>
  formats.find(({ signature }) => signature.every((byte, i) => bytes[i] === byte));

interface Format {
  readonly name: string;
  readonly signature: readonly number[];
  open(bytes: Uint8Array): PictureFile;
}

/** What a file says before its pixels are unpacked. */
interface PictureFile {
  readonly size: Size;
  /** Bytes of its pixels unpacked, so far as they must all be gone through. */
  readonly unpackedBytes: number;
  /** How often they are. */
  readonly scans: number;
  /** Nanoseconds that it takes to go through them, estimated. */
  readonly work: number;
  /** What exifr reads. */
  readonly exif: Uint8Array | undefined;
  decode(reduction: Reduction): Picture | Promise<Picture>;
}

const formats: readonly Format[] = [
  {
    name: 'PNG',
    signature: pngSignature,
    open(bytes) {
      const png = readPng(bytes);
      const { header: size, exif } = png;
      const unpackedBytes = pixelBytes(size);
      const work = 12 * unpackedBytes + 20 * size.width * size.height;
      return { size, unpackedBytes, scans: 1, work, exif, decode: (by) => decodePng(png, by) };
    },
  },
  {
    name: 'JPEG',
    signature: [0xff, 0xd8, 0xff],
    open(bytes) {
      const jpeg = readJpeg(bytes);
      const { scans, coefficientBytes } = jpeg;
      const unpackedBytes = scans > 1 ? coefficientBytes : 0; // one scan goes by block by block
      return {
        size: jpeg,
        unpackedBytes,
        scans,
        work: 1.4 * jpeg.scannedBytes,
        exif: bytes,
        decode: (by) => decodeJpeg(jpeg, by),
      };
    },
  },
];

/** The largest sensors of telephones have 200 megapixels. */
const maxPixels = 200e6;
/** Of what is in memory at once, three bytes each. */
const maxDecodedPixels = 64e6;
const maxSide = 65_535;
const maxUnpackedBytes = 600e6;
/** As in libjpeg-turbo's own limit. */
const maxScans = 500;
/** For each byte that a file may unpack to: nanoseconds, and bytes of memory. 1.2 s and 400 MB for a small one. */
const [workPerByte, memoryPerByte] = [37.5, 12.5];
/** Bytes of a pixel while it is decoded, copied and turned. */
const bytesPerPixel = 6.5;

function checkSize(
  { size, unpackedBytes, scans, work }: PictureFile,
  by: Reduction,
  name: string,
  allowed: number,
): void {
  const { width, height } = size;
  if (width === 0 || height === 0) {
    throw new PictureError(
      `${name} has no pixels, its size is ${width} x ${height}. Give another picture.`,
    );
  }
  const refuse = (why: string) => {
    throw new PictureError(`${name} is too large: ${why}. Make it smaller with an image editor.`);
  };
  const pixels = width * height;
  const limit = Math.min(maxPixels, maxDecodedPixels * by ** 2);
  if (Math.max(width, height) > maxSide) {
    refuse(`${width} x ${height}, and ${maxSide} is the limit for a side`);
  }
  if (pixels > limit) {
    const megapixels = (Math.ceil(pixels / 1e5) / 10).toFixed(1);
    refuse(`${width} x ${height} is ${megapixels} megapixels, and ${limit / 1e6} are the limit`);
  }
  if (unpackedBytes > maxUnpackedBytes) {
    refuse(
      `unpacked it has ${megabytes(unpackedBytes)}, and ${megabytes(maxUnpackedBytes)} are the limit`,
    );
  }
  const isSlow = work > workPerByte * allowed;
  if (scans > maxScans || (isSlow && scans > 20)) {
    refuse(`its ${width} x ${height} pixels come in ${scans} scans, where some 10 are usual`);
  }
  const memory = (scans > 1 ? unpackedBytes : 0) + (bytesPerPixel * pixels) / by ** 2;
  if (isSlow || memory > memoryPerByte * allowed) {
    const needed = Math.ceil(Math.max(work / workPerByte, memory / memoryPerByte) / 1e6);
    refuse(
      `its ${width} x ${height} pixels are out of proportion to the size of the file. If you trust it, set ${variable}=${needed}MB`,
    );
  }
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;

/** EXIF data that cannot be read say nothing. */
async function orientationOf(exif: Uint8Array | undefined): Promise<number | undefined> {
  return exif && exifr.orientation(exif).catch(() => undefined);
}
