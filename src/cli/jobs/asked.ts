import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JobError, ModelError } from '../../core/errors.js';
import { parseJson } from '../../files/json.js';
import { writeWhole } from '../../files/write.js';
import { runFolder } from './runFolder.js';

/*
 * How a run was asked for is kept on the machine that began it: what is read and written here is not for
 * Redis to say.
 */

const fileOf = (run: string, command: string) => join(runFolder(run), `${command}.json`);

/**
 * Remembers how a run was asked for.
 *
 * @param attach the run that was meant to go on.
 * @returns the same as text.
 * @throws JobError where this is another run
 */
export async function rememberAsked(
  run: string,
  command: string,
  asked: object,
  attach: string | undefined,
): Promise<string> {
  if (attach !== undefined && attach !== run) {
    throw new JobError(
      `What ${attach} worked on has changed since, or is of another handgrad. Begin anew: leave out --attach, and give what it was given.`,
    );
  }
  const text = JSON.stringify(asked);
  await writeWhole(fileOf(run, command), text, ModelError);
  return text;
}

/** @throws JobError for a run that was not begun on this machine, or by another command */
export async function askedOf<Asked>(run: string, command: string): Promise<Asked> {
  const text = await readFile(fileOf(run, command), 'utf8').catch(() => {
    throw new JobError(
      `${run} is no run of ${command} that was begun on this machine by this user. Come back to it where it was; \`handgrad status\` shows how far it is.`,
    );
  });
  return parseJson(text, fileOf(run, command), JobError) as Asked;
}
