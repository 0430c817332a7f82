import { ValueError } from '../core/errors.js';
import type { Failure } from './failure.js';
import { bytesIn, inBytes } from './size.js';

/*
 * What a file may ask of the machine that reads it: in proportion to its own size, so that a small file
 * cannot take what only a large one needs. Readers ask before they take memory, not after.
 */

/** Bytes that any file may unpack to, however small it is: what is read of 1 MB stays below 512 MB. */
export const alwaysAllowed = 32e6;

/** How many bytes each byte of a larger file may unpack to. Pictures and tables pack 2 to 20 to 1. */
export const maxGrowth = 32;

/** Numbers, names and entries are no use beyond these, in a file of any size. */
export const limits = {
  /** Of objects and arrays in each other, in JSON. */
  depth: 100,
  /** Of a model, with those in blocks. The largest networks of Keras have about 1,000. */
  layers: 2_000,
  /** Of a model: its weights and the nodes of its graph. */
  names: 20_000,
  /** Characters of a name that a file gives. */
  nameLength: 1_000,
  /** Axes of an array. */
  axes: 32,
  /** Of a table. */
  columns: 100_000,
  /** Of an archive. */
  entries: 20_000,
  /** Groups and datasets of an HDF5 file, and how deep they stand in each other. */
  objects: 20_000,
  groups: 32,
} as const;

/** Where a user says how much a file may unpack to. */
export const variable = 'HANDGRAD_MEMORY';

/** HANDGRAD_MEMORY in bytes, if it is set. @throws ValueError if it is no size. */
function saidLimit(): number | undefined {
  const said = globalThis.process?.env?.[variable];
  if (!said) return undefined;
  const bytes = bytesIn(said);
  if (bytes !== undefined) return bytes;
  throw new ValueError(`${variable} is '${said}'; give a size, such as 500MB or 4GiB.`);
}

/** How many bytes a file of a size may unpack to. */
export const allowedFor = (fileBytes: number): number =>
  saidLimit() ?? Math.max(alwaysAllowed, maxGrowth * fileBytes);

/** What is left of the memory that a file may take. One for each file, shared by all that read it. */
export class Budget {
  private taken = 0;
  private readonly allowed: number;

  /** @param fileBytes the size of the file. */
  constructor(
    private readonly file: string,
    private readonly fileBytes: number,
    private readonly Failure: Failure,
  ) {
    this.allowed = allowedFor(fileBytes);
  }

  /**
   * Says that so many bytes are about to be taken.
   *
   * @param what they are for, as in `X unpacks to`.
   * @throws Failure if it is more than is left, with what it would need.
   */
  take(bytes: number, what = 'it unpacks to'): void {
    this.taken += bytes;
    if (this.taken <= this.allowed) return;
    const needed = Number.isFinite(this.taken) ? this.taken : Number.MAX_VALUE;
    throw new this.Failure(
      `${this.file} has ${inBytes(this.fileBytes)}, and ${what} ${needed > 1e18 ? 'more than any machine has' : inBytes(needed)}, where ${inBytes(this.allowed)} are allowed for its size. It is damaged or was made to take memory; if you trust it, ${needed > 1e12 ? 'make it again' : `set ${variable}=${Math.ceil(needed / 1e6)}MB`}.`,
    );
  }

  /** Says that bytes lie in the file as they are. @throws Failure if they are more than it has. */
  hold(bytes: number, what: string): void {
    if (bytes <= this.fileBytes) return;
    throw new this.Failure(
      `${this.file}: ${what} declares ${bytes} bytes, which a file of ${this.fileBytes} bytes cannot hold. It is damaged or was made to take memory: get it again.`,
    );
  }
}

/** @throws Failure if there are more of something than a limit. */
export function assertFew(
  file: string,
  count: number,
  limit: keyof typeof limits,
  what: string,
  Failure: Failure,
): void {
  if (count <= limits[limit]) return;
  throw new Failure(
    `${file} has ${count} ${what}, and ${limits[limit]} are the most. It is damaged, or no file of this kind.`,
  );
}
