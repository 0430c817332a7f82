import { resolve } from 'node:path';
import { ValueError } from '../../core/errors.js';
import type { CrossValidateOptions } from '../commands/crossValidate.js';
import { askedOf, rememberAsked } from '../jobs/asked.js';
import { howRun } from '../jobs/howRun.js';

/** What is said about how it is run and shown, and changes nothing of what it finds. */
const how: readonly string[] = [...howRun, 'csv', 'html', 'json'];

const isHow = (name: string) => how.includes(name);

/** How a cross-validation was asked for, from whatever folder. */
export function askedFor(options: CrossValidateOptions): object {
  const kept = Object.fromEntries(Object.entries(options).filter(([name]) => !isHow(name)));
  const { data, from } = options;
  return { ...kept, data: data && resolve(data), from: from && resolve(from) };
}

export const remember = (run: string, options: CrossValidateOptions): Promise<string> =>
  rememberAsked(run, 'cross-validate', askedFor(options), options.attach);

/**
 * One that comes back to its run is the same once more: what the workers have done meanwhile is found.
 *
 * @throws JobError for a run that was not begun on this machine; ValueError for what would make it another
 */
export async function attached(
  options: CrossValidateOptions,
  given: readonly string[],
): Promise<CrossValidateOptions> {
  const { attach } = options;
  if (attach === undefined) return options;
  const other = given.find((name) => !isHow(name));
  if (other !== undefined) {
    const flag = other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new ValueError(
      `--attach goes on with the options that the run began with. Leave out --${flag}.`,
    );
  }
  const now = Object.fromEntries(Object.entries(options).filter(([name]) => isHow(name)));
  const asked = await askedOf<CrossValidateOptions>(attach, 'cross-validate');
  return { ...asked, ...now, redis: options.redis ?? true };
}
