import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { JobError, ModelError } from '../../core/errors.js';
import { parseJson } from '../../files/json.js';
import { writeWhole } from '../../files/write.js';
import type { GradeOptions } from '../commands/grade.js';
import { runFolder } from '../jobs/runFolder.js';
import type { Planned } from './planned.js';

/** How a grading was asked for: without what is said of how it is run and shown. */
type Asked = { readonly folder: string } & Pick<
  GradeOptions,
  'timeout' | 'memory' | 'reference' | 'forward' | 'backward' | 'cost' | 'allow'
>;

const fileOf = (run: string) => join(runFolder(run), 'grade.json');

/** Remembers what a run grades; on this machine alone: it is not for Redis to say what is read here. */
export async function remember(run: string, { folder, options }: Planned): Promise<string> {
  const { timeout, memory, reference, forward, backward, cost, allow } = options;
  const asked: Asked = {
    ...{ folder: resolve(folder), timeout, memory, forward, backward, cost },
    ...{ reference: reference && resolve(reference), allow: allow?.map((path) => resolve(path)) },
  };
  const text = JSON.stringify(asked);
  await writeWhole(fileOf(run), text, ModelError);
  return text;
}

/**
 * A grading that comes back to its run is the same once more: what the workers have done meanwhile is found.
 *
 * @throws JobError for a run that was not begun on this machine
 */
export async function attached(
  folder: string | undefined,
  options: GradeOptions,
): Promise<{ folder: string; options: GradeOptions }> {
  const { attach } = options;
  if (attach === undefined) return { folder: folder!, options };
  const text = await readFile(fileOf(attach), 'utf8').catch(() => {
    throw new JobError(
      `${attach} is no grading that was begun on this machine by this user. Come back to it where it was; \`handgrad status\` shows how far it is.`,
    );
  });
  const { folder: at, ...asked } = parseJson(text, fileOf(attach), JobError) as Asked;
  return { folder: at, options: { ...options, ...asked, redis: options.redis ?? true } };
}
