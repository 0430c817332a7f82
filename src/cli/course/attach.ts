import { resolve } from 'node:path';
import { ValueError } from '../../core/errors.js';
import type { ExperimentName } from '../../course/contents.js';
import type { CourseOptions } from '../commands/course.js';
import { comingBack, rememberAsked, whatIsAsked } from '../jobs/asked.js';
import type { Planned } from './planned.js';

/** How the course was asked for, from whatever folder. */
export function askedFor({ options, chosen }: Planned): object {
  const { data, picture } = options;
  return {
    ...whatIsAsked(options),
    ...{ names: chosen.map(({ name }) => name) },
    ...{ data: data && resolve(data), picture: picture && resolve(picture) },
  };
}

export const remember = (run: string, planned: Planned): Promise<string> =>
  rememberAsked(run, 'course', askedFor(planned), planned.options.attach);

/** As `comingBack`, with the names of the experiments. */
export async function attached(
  names: readonly ExperimentName[],
  options: CourseOptions,
  given: readonly string[],
): Promise<CourseOptions & { readonly names: readonly ExperimentName[] }> {
  if (options.attach !== undefined && names.length > 0) {
    throw new ValueError(
      `--attach goes on with the experiments that the run began with. Leave out ${names.join(' ')}.`,
    );
  }
  return comingBack('course', { ...options, names }, given);
}
