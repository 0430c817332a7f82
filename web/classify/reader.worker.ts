import { HandgradError, PictureError } from '../../src/core/errors.js';
import {
  type DecodedPicture,
  decodePicture,
  isJpegOrPng,
  maxPictureBytes,
} from '../../src/data/decodePicture.js';
import { type Picture, resizePicture } from '../../src/data/pictures.js';
import type { PictureInput } from '../../src/export/pictureModel.js';
import type { Answer, Question } from './reader.js';

/*
 * Reads pictures beside the page: a photograph of a telephone takes half a second or more, and the page is
 * to answer meanwhile.
 */

self.onmessage = async ({ data: { id, file, fileName, input } }: MessageEvent<Question>) => {
  try {
    const picture = await readPicture(file, fileName, input);
    const seen = await resizePicture(picture, input.width, input.height);
    const shown = await preview(picture);
    answer({ id, read: { seen, shown, ...picture.original } }, [shown]);
  } catch (error) {
    const message =
      error instanceof HandgradError
        ? error.message
        : `${fileName} could not be read: ${(error as Error).message}. Give a smaller picture.`;
    answer({ id, trouble: message });
  }
};

const answer = (answer: Answer, transfer: Transferable[] = []) =>
  self.postMessage(answer, { transfer });

/** JPEG and PNG by handgrad's own decoder, as in Node; what else the browser knows, by the browser. */
async function readPicture(
  file: Blob,
  fileName: string,
  wanted: PictureInput,
): Promise<DecodedPicture> {
  if (file.size > maxPictureBytes) {
    throw new PictureError(
      `${fileName} is too large: it has ${file.size} bytes, and ${maxPictureBytes} are the limit. Make it smaller with an image editor.`,
    );
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (!isJpegOrPng(bytes)) {
    const bitmap = await createImageBitmap(file).catch(() => undefined);
    if (bitmap) return fromBitmap(bitmap);
  }
  return decodePicture(bytes, fileName, wanted);
}

/** What is transparent is laid over white, as decodePicture does. */
function fromBitmap(bitmap: ImageBitmap): DecodedPicture {
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d')!;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const rgba = context.getImageData(0, 0, width, height).data;
  const data = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
    data.set(rgba.subarray(from, from + 3), to);
  }
  return { data, width, height, original: { width, height } };
}

/** The longest side of what is shown, in pixels. */
const previewSide = 1024;

function preview({ data, width, height }: Picture): Promise<ImageBitmap> {
  const image = new ImageData(width, height);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    image.data[to] = data[from];
    image.data[to + 1] = data[from + 1];
    image.data[to + 2] = data[from + 2];
    image.data[to + 3] = 255;
  }
  const scale = Math.min(1, previewSide / Math.max(width, height));
  return createImageBitmap(image, {
    resizeWidth: Math.max(1, Math.round(width * scale)),
    resizeHeight: Math.max(1, Math.round(height * scale)),
    resizeQuality: 'high',
  });
}
