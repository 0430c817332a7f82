import exifr from 'exifr';
import jpeg from 'jpeg-js';
import { PictureError } from '../core/errors.js';
import { turnUpright } from './orientation.js';
import type { Picture } from './pictures.js';
import { decodePng, pngSignature, type Rgba } from './png.js';

/** More are not read: what is so large is no photograph. */
export const mostPictureBytes = 2 ** 28;

/**
 * A JPEG or PNG picture, told by its first bytes and not by its name, turned upright as its EXIF
 * data says. Grey, palette, CMYK and 16-bit pictures become RGB bytes; what is transparent is laid
 * over white.
 *
 * @param fileName stands in the messages.
 * @throws PictureError where it is empty or no such picture, is cut off, has no pixels or more than 50 million.
 */
export async function decodePicture(bytes: Uint8Array, fileName: string): Promise<Picture> {
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
    checkSize(format.size(bytes), fileName);
    const picture = overWhite(format.decode(bytes));
    return turnUpright(picture, await orientationOf(bytes));
  } catch (error) {
    if (error instanceof PictureError) throw error;
    throw new PictureError(
      `${fileName} is a ${format.name} picture that is cut off, damaged or of a rare kind. ` +
        'Copy it once more, or save it anew with an image editor.',
      { cause: error },
    );
  }
}

/** Whether the first bytes are those of a JPEG or PNG picture. */
export const isJpegOrPng = (bytes: Uint8Array): boolean => formatOf(bytes) !== undefined;

const formatOf = (bytes: Uint8Array): Format | undefined =>
  FORMATS.find(({ signature }) => signature.every((byte, i) => bytes[i] === byte));

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Format {
  readonly name: string;
  readonly signature: readonly number[];
  /** What the header says, read before any memory is taken. */
  size(bytes: Uint8Array): Size;
  decode(bytes: Uint8Array): Rgba;
}

const FORMATS: readonly Format[] = [
  {
    name: 'PNG',
    signature: pngSignature,
    size: (bytes) => {
      const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return { width: header.getUint32(16), height: header.getUint32(20) };
    },
    decode: decodePng,
  },
  {
    name: 'JPEG',
    signature: [0xff, 0xd8, 0xff],
    size: jpegFrame,
    decode: (bytes) =>
      jpeg.decode(bytes, {
        useTArray: true,
        tolerantDecoding: false,
        colorTransform: jpegFrame(bytes).isRgb ? false : undefined,
        maxResolutionInMP: MOST_MEGAPIXELS,
        maxMemoryUsageInMB: MOST_MEMORY,
      }),
  },
];

const MOST_MEGAPIXELS = 50;
const MOST_MEMORY = 2048; // in MB: what jpeg-js takes for so many pixels

function checkSize({ width, height }: Size, fileName: string): void {
  if (width === 0 || height === 0) {
    throw new PictureError(
      `${fileName} has no pixels, its size is ${width} x ${height}. Give another picture.`,
    );
  }
  const megapixels = (width * height) / 1e6;
  if (megapixels > MOST_MEGAPIXELS) {
    throw new PictureError(
      `${fileName} is too large: ${width} x ${height} is ${megapixels.toFixed(1)} megapixels, and ` +
        `${MOST_MEGAPIXELS} are the most. Make it smaller with an image editor.`,
    );
  }
}

/**
 * The size in a JPEG's frame header, and whether its three components are red, green and blue by
 * Adobe's marker; without that they are luma and chroma, which is what jpeg-js always takes them for.
 */
function jpegFrame(bytes: Uint8Array): Size & { isRgb: boolean } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let isRgb = false;
  let at = 2;
  for (;;) {
    while (view.getUint8(at) === 0xff && view.getUint8(at + 1) === 0xff) at++; // fill bytes
    const marker = view.getUint16(at);
    const start = at + 4;
    if (marker === APP14) isRgb = view.getUint32(start) === ADOB && view.getUint8(start + 11) === 0;
    if (marker >= SOF0 && marker <= SOF15 && !NOT_FRAMES.includes(marker)) {
      return { height: view.getUint16(start + 1), width: view.getUint16(start + 3), isRgb };
    }
    at += 2 + view.getUint16(at + 2);
  }
}

const APP14 = 0xffee;
const ADOB = 0x41646f62;
const SOF0 = 0xffc0;
const SOF15 = 0xffcf;
const NOT_FRAMES = [0xffc4, 0xffc8, 0xffcc]; // tables, which stand among the numbers of the frames

/** colour · alpha + white · (1 - alpha) */
function overWhite({ data, width, height }: Rgba): Picture {
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    const alpha = data[from + 3] / 255;
    for (let c = 0; c < 3; c++) rgb[to + c] = Math.round(255 + (data[from + c] - 255) * alpha);
  }
  return { data: rgb, width, height };
}

/** EXIF data that cannot be read say nothing. */
async function orientationOf(bytes: Uint8Array): Promise<number | undefined> {
  return exifr.orientation(bytes).catch(() => undefined);
}
