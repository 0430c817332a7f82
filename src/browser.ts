import { BackendError, DataError, ModelError, PictureError } from './core/errors.js';

/*
 * What a bundle for browsers holds in place of the files that need Node: package.json names them, in its
 * field "browser". Each function says what to do instead.
 */

const noFolders = (path: string) =>
  new ModelError(
    `${path} cannot be reached: a browser has no folders. Give an io handler: tf.io.browserDownloads('model') saves, tf.io.http('model.json') loads.`,
  );

// export/files.ts, files/write.ts

export function fileSystem(path: string): never {
  throw noFolders(path);
}

export function folderPath(path: string): never {
  throw noFolders(path);
}

export async function writeFolder(path: string): Promise<never> {
  throw noFolders(path);
}

export async function writeModels(path: string): Promise<never> {
  throw noFolders(path);
}

const noFiles = (path: string) =>
  new ModelError(
    `${path} cannot be reached: a browser has no files. Use encode and decode of the format, on bytes.`,
  );

export async function writeWhole(path: string): Promise<never> {
  throw noFiles(path);
}

export async function readWhole(path: string): Promise<never> {
  throw noFiles(path);
}

// data/datasetFolder.ts, data/embeddedFiles.ts, data/pictureFile.ts, data/readData.ts,
// data/readRows.ts

export async function loadDataset(folder: string): Promise<never> {
  throw new DataError(
    `${folder} cannot be read: a browser has no folders. Fetch the two files and give their bytes to parseDataset.`,
  );
}

export async function readData(path: string): Promise<never> {
  throw new DataError(
    `${path} cannot be read: a browser has no files. Give your numbers to fromArrays.`,
  );
}

export async function readRows(path: string): Promise<never> {
  throw new DataError(
    `${path} cannot be read: a browser has no files. Give the network its inputs.`,
  );
}

export async function writeEmbeddedSet(folder: string): Promise<never> {
  throw new DataError(
    `${folder} cannot be written: a browser has no folders. Take the set from embeddedDataset.`,
  );
}

export async function readPicture(path: string): Promise<never> {
  throw new PictureError(
    `${path} cannot be read: a browser has no files. Give the picture's bytes to decodePicture.`,
  );
}

// data/jpegWasm.ts

export async function loadJpegWasm(): Promise<never> {
  throw new PictureError(
    "JPEG is decoded by a WebAssembly file that a bundle does not hold. Let the browser decode it: createImageBitmap, and a canvas' getImageData.",
  );
}

// runtime/native.ts

const noNative = () =>
  new BackendError('Native TensorFlow runs in Node only. In a browser use wasm or cpu.');

export function findBinding(): never {
  throw noNative();
}

export function loadNative(): never {
  throw noNative();
}

export const reinstallCommand = 'npm install handgrad';

// compiled/native/engine.ts and forward.ts: never made, since the backend cannot be had

export class NativeEngine {
  constructor() {
    throw noNative();
  }
}
export { NativeEngine as NativeForward };
