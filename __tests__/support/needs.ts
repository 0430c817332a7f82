import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, test } from '@jest/globals';
import { noChromium } from './chromium.js';
import { type Need, reasons } from './reasons.js';

/** `test` and `describe` for what needs a thing that a machine may lack: skipped without it, with the reason in the name. */
export function needing(need: Need, isThere: boolean) {
  if (isThere) return { test, describe };
  const named = (title: string) => `${title} (not run: ${reasons[need]})`;
  const skipped = ((title, ...rest) =>
    test.skip(named(String(title)), ...rest)) as typeof test.skip;
  const room = ((title, ...rest) =>
    describe.skip(named(String(title)), ...rest)) as typeof describe.skip;
  // A table of tests is skipped as a whole, under the same reason.
  const each = (skip: typeof skipped | typeof room) => () => (title: string) =>
    skip(title, () => {});
  return {
    test: Object.assign(skipped, { each: each(skipped) }) as unknown as typeof test,
    describe: Object.assign(room, { each: each(room) }) as unknown as typeof describe,
  };
}

/** Where files lie, if they do, that tests read and that are not ours to publish. */
export const shared =
  process.env.HANDGRAD_SHARED || fileURLToPath(new URL('../../../shared', import.meta.url));

export const withShared = needing('shared', existsSync(join(shared, 'cases')));

/** Where the real cat set lies, if it does. */
export const cats = process.env.HANDGRAD_DATA || join(shared, 'data/catvnoncat');

export const withCats = needing('cats', existsSync(join(cats, 'train_catvnoncat.h5')));

export const withChromium = needing('chromium', !noChromium);
