import { resolve } from 'node:path';
import type { CrossValidateOptions } from '../commands/crossValidate.js';
import { comingBack, rememberAsked, whatIsAsked } from '../jobs/asked.js';

/** How a cross-validation was asked for, from whatever folder. */
export function askedFor(options: CrossValidateOptions): object {
  const { data, from } = options;
  return {
    ...whatIsAsked(options),
    ...{ data: data && resolve(data), from: from && resolve(from) },
  };
}

export const remember = (run: string, options: CrossValidateOptions): Promise<string> =>
  rememberAsked(run, 'cross-validate', askedFor(options), options.attach);

export const attached = (options: CrossValidateOptions, given: readonly string[]) =>
  comingBack('cross-validate', options, given);
