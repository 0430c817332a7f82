import { archives } from './kinds/archives.js';
import { models } from './kinds/models.js';
import { pictures } from './kinds/pictures.js';
import { tables } from './kinds/tables.js';

/** A file made to do harm, and what is said to it. */
export interface Kind {
  readonly name: string;
  /** As scripts/fuzz/readers.ts has it. */
  readonly format: string;
  /** A file, or the files of a folder. */
  readonly make: () =>
    | Uint8Array
    | Readonly<Record<string, Uint8Array>>
    | Promise<Uint8Array | Readonly<Record<string, Uint8Array>>>;
  /** In the message of the refusal; none where it is read. */
  readonly says?: RegExp;
}

export const kinds: readonly Kind[] = [...archives, ...models, ...tables, ...pictures];
