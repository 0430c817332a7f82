import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { JobError, ModelError } from '../../core/errors.js';
import { writeWhole } from '../../files/write.js';
import { type JobOptions, whatIsSought } from './howRun.js';
import { runFolder } from './runFolder.js';

/*
 * Where a run keeps what it has is known on the machine that began it: what a command writes, and where, is
 * not for Redis to say.
 */

const fileOf = (run: string) => join(runFolder(run), 'folder');

/** Remembers the folder of a run. @returns how it was asked for, for those who look on */
export async function remember(
  run: string,
  options: JobOptions & { save: string },
): Promise<string> {
  await writeWhole(fileOf(run), resolve(options.save), ModelError);
  return JSON.stringify({ ...whatIsSought(options), resume: undefined, json: undefined });
}

/**
 * A command that comes back to its run is one that goes on: what the workers have done meanwhile is there.
 *
 * @throws JobError for a run that was not begun on this machine
 */
export async function attached<T extends JobOptions & { resume?: string }>(
  asked: T,
  given: readonly string[],
): Promise<{ asked: T; given: readonly string[] }> {
  const { attach } = asked;
  if (attach === undefined) return { asked, given };
  const folder = await readFile(fileOf(attach), 'utf8').catch(() => undefined);
  if (folder === undefined) {
    throw new JobError(
      `${attach} was not begun on this machine by this user. Come back to it where it was; \`handgrad status\` shows how far it is.`,
    );
  }
  return {
    asked: { ...asked, attach: undefined, resume: folder, redis: asked.redis ?? true },
    given: given.filter((name) => name !== 'attach'),
  };
}
