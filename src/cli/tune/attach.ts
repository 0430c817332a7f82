import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { JobError, ModelError } from '../../core/errors.js';
import { writeWhole } from '../../files/write.js';
import type { TuneOptions } from '../commands/tune.js';
import { runFolder } from '../jobs/runFolder.js';

/*
 * Where the journal of a run lies is kept on the machine that began it: what a search writes, and where, is
 * not for Redis to say.
 */

const fileOf = (run: string) => join(runFolder(run), 'folder');

/** Remembers the folder of a run. */
export const remember = (run: string, folder: string): Promise<void> =>
  writeWhole(fileOf(run), resolve(folder), ModelError);

/**
 * A search that comes back to its run is one that goes on: what the workers have done meanwhile is there.
 *
 * @throws JobError for a run that was not begun on this machine
 */
export async function attached(
  { attach, ...asked }: TuneOptions,
  given: readonly string[],
): Promise<{ asked: TuneOptions; given: readonly string[] }> {
  if (attach === undefined) return { asked, given };
  const folder = await readFile(fileOf(attach), 'utf8').catch(() => undefined);
  if (folder === undefined) {
    throw new JobError(
      `${attach} was not begun on this machine by this user. Come back to it where it was; \`handgrad status\` shows how far it is.`,
    );
  }
  return {
    asked: { ...asked, resume: folder, redis: asked.redis ?? true },
    given: given.filter((name) => name !== 'attach'),
  };
}
