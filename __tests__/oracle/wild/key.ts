import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the answer key says of a module. */
export interface KeyEntry {
  readonly kind: string;
  readonly wrong: readonly string[];
  readonly cause: string;
  readonly from: string;
  readonly place?: string;
  readonly say?: readonly string[];
  readonly never?: readonly string[];
  readonly error?: readonly string[];
}

export type Key = Readonly<Record<string, KeyEntry>>;

/** The folder of our own modules, modules/NAME.mjs, and of their answer key. */
export const own = fileURLToPath(new URL('./', import.meta.url));

export const readKey = (folder: string): Key =>
  JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
