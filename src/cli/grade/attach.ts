import { resolve } from 'node:path';
import type { GradeOptions } from '../commands/grade.js';
import { askedOf, rememberAsked } from '../jobs/asked.js';
import type { Planned } from './planned.js';

/** How a grading was asked for: without what is said of how it is run and shown. */
type Asked = { readonly folder: string } & Pick<
  GradeOptions,
  'timeout' | 'memory' | 'reference' | 'forward' | 'backward' | 'cost' | 'allow'
>;

/** How a grading was asked for, from whatever folder. */
export function askedFor({ folder, options }: Planned): Asked {
  const { timeout, memory, reference, forward, backward, cost, allow } = options;
  return {
    ...{ folder: resolve(folder), timeout, memory, forward, backward, cost },
    ...{ reference: reference && resolve(reference), allow: allow?.map((path) => resolve(path)) },
  };
}

export const remember = (run: string, planned: Planned): Promise<string> =>
  rememberAsked(run, 'grade', askedFor(planned), planned.options.attach);

/**
 * A grading that comes back to its run is the same once more: what the workers have done meanwhile is found.
 *
 * @throws JobError for a run that was not begun on this machine
 */
export async function attached(
  folder: string | undefined,
  options: GradeOptions,
): Promise<{ folder: string; options: GradeOptions }> {
  if (options.attach === undefined) return { folder: folder!, options };
  const { folder: at, ...asked } = await askedOf<Asked>(options.attach, 'grade');
  return { folder: at, options: { ...options, ...asked, redis: options.redis ?? true } };
}
