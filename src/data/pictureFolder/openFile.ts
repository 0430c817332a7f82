import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { DataError } from '../../core/errors.js';
import { reasonOf } from '../../files/reason.js';

/** Closes the files that no sample set has any more. */
const closing = new FinalizationRegistry<number>((file) => closeSync(file));

/** A file of samples that stays readable as long as this lives, even when it is removed from the cache. */
export class OpenFile {
  private readonly file: number;

  /** What the file system throws comes through. */
  constructor(private readonly path: string) {
    this.file = openSync(path, 'r');
    closing.register(this, this.file);
  }

  get size(): number {
    return fstatSync(this.file).size;
  }

  /** Samples of so many bytes by their places. @throws DataError if the file was cut off */
  take(size: number, indices: ArrayLike<number>): Uint8Array {
    const taken = new Uint8Array(indices.length * size);
    try {
      for (let k = 0; k < indices.length; k++) {
        const read = readSync(this.file, taken, k * size, size, indices[k] * size);
        if (read !== size) throw new Error(`it ends before sample ${indices[k]}`);
      }
    } catch (error) {
      throw new DataError(
        `The decoded pictures in ${this.path} cannot be read: ${reasonOf(error)}. Read the folder anew.`,
        { cause: error },
      );
    }
    return taken;
  }
}
