import { DataError } from '../core/errors.js';
import { type Part, readPictureFile } from './hdf5.js';
import type { PictureSet } from './pictureSet.js';
import { inMemory, type OwnData, type SampleSet, type SourceFile } from './sampleSet.js';

/** A training and a test set with the same classes and picture size. */
export interface Dataset {
  readonly name: string;
  readonly classes: readonly string[];
  readonly train: PictureSet;
  readonly test: PictureSet;
  readonly files: { readonly train: SourceFile; readonly test: SourceFile };
}

/** The same as own data: pictures with their classes. */
export function asOwnData({ name, classes, train, test, files }: Dataset): OwnData {
  const { height, width, channels } = train;
  const samples = (set: PictureSet, part: Part): SampleSet =>
    inMemory(set.pictures, {
      shape: [height, width, channels],
      targets: { kind: 'classes', labels: Int32Array.from(set.labels), classes },
      origin: (i) => `${part} picture ${i}`,
    });
  return {
    ...{ name, format: 'hdf5' },
    train: samples(train, 'train'),
    test: samples(test, 'test'),
    input: { kind: 'pictures', height, width, channels },
    files: [files.train, files.test],
    notes: [],
  };
}

/** A file's bytes, and the path that stands for it in messages. */
export interface FileBytes {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The same from the bytes of the two files. */
export async function parseDataset(name: string, files: Record<Part, FileBytes>): Promise<Dataset> {
  const train = await readPictureFile(files.train.bytes, files.train.path, 'train');
  const test = await readPictureFile(files.test.bytes, files.test.path, 'test');
  checkTheyBelongTogether({ set: train, ...files.train }, { set: test, ...files.test });
  return {
    name,
    classes: train.classes,
    train,
    test,
    files: { train: await sourceFile(files.train), test: await sourceFile(files.test) },
  };
}

/** A browser has `crypto.subtle` only on pages from https or localhost. */
async function sourceFile({ path, bytes }: FileBytes): Promise<SourceFile> {
  if (!globalThis.crypto?.subtle) {
    throw new DataError(`${path} cannot be hashed on this page. Serve it over https or localhost.`);
  }
  const hash = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  const sha256 = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0'));
  return { path, bytes: bytes.length, sha256: sha256.join('') };
}

type Read = { set: PictureSet; path: string };

function checkTheyBelongTogether(train: Read, test: Read): void {
  const [trainSize, testSize] = [train, test].map(({ set }) => `${set.height} x ${set.width}`);
  if (trainSize !== testSize) {
    throw new DataError(
      `${test.path} has pictures of ${testSize}, but ${train.path} of ${trainSize}. ` +
        'Give both sets the same picture size.',
    );
  }
  const [trainClasses, testClasses] = [train, test].map(({ set }) => set.classes.join(', '));
  if (trainClasses !== testClasses) {
    throw new DataError(
      `${test.path} has the classes ${testClasses}, but ${train.path} has ${trainClasses}. ` +
        'Give both sets the same list_classes.',
    );
  }
  const [only] = train.set.labels;
  if (train.set.labels.every((label) => label === only)) {
    throw new DataError(
      `${train.path} has pictures of one class only, '${train.set.classes[only]}'. ` +
        'Give pictures of both: else there is nothing to tell apart.',
    );
  }
}
