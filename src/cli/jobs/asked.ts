import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JobError, ModelError, ValueError } from '../../core/errors.js';
import { parseJson } from '../../files/json.js';
import { writeWhole } from '../../files/write.js';
import { howRun, type JobOptions } from './howRun.js';
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

/** What is said about how a command is run and shown, and changes nothing of what it finds. */
const howShown: readonly string[] = [...howRun, 'csv', 'html', 'json'];

const part = <Options extends object>(options: Options, keeps: (name: string) => boolean) =>
  Object.fromEntries(Object.entries(options).filter(([name]) => keeps(name)));

/** The options of a command without those. */
export const whatIsAsked = (options: JobOptions) =>
  part(options, (name) => !howShown.includes(name));

/**
 * The options of a command that comes back to its run: it is the same once more, and what the workers have done
 * meanwhile is found.
 *
 * @param given the names of the options on the command line.
 * @throws JobError for a run that was not begun on this machine; ValueError for what would make it another
 */
export async function comingBack<Options extends JobOptions>(
  command: string,
  options: Options,
  given: readonly string[],
): Promise<Options> {
  const { attach } = options;
  if (attach === undefined) return options;
  const other = given.find((name) => !howShown.includes(name));
  if (other !== undefined) {
    const flag = other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new ValueError(
      `--attach goes on with the options that the run began with. Leave out --${flag}.`,
    );
  }
  const asked = await askedOf<Options>(attach, command);
  const now = part(options, (name) => howShown.includes(name));
  return { ...asked, ...now, redis: options.redis ?? true };
}
