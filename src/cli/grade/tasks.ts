import { dirname, join, relative, resolve, sep } from 'node:path';
import { ValueError } from '../../core/errors.js';
import { inside, nameIn } from '../../jobs/manifest.js';
import { printable } from '../../text/words.js';
import type { GradeTask } from '../jobs/gradeTask.js';
import type { Source } from '../jobs/trialTask.js';
import { isPython } from '../python/check.js';
import { packageOf } from './entries.js';
import type { Planned } from './planned.js';

/**
 * The jobs of a grading.
 *
 * @param sourceOf how a job names files below a folder: by that, where they stay on this machine.
 */
export async function tasksOf(
  { folder, entries, expected, limits }: Planned,
  sourceOf: (root: string, files: readonly string[]) => Promise<Source>,
): Promise<GradeTask[]> {
  const { reference, allowed = [], names } = expected;
  const own = packageOf(folder);
  const shared = [reference ?? [], allowed, own ?? []].flat();
  const root = commonFolder([resolve(folder), ...shared.map((path) => dirname(path))]);
  const at = (path: string) => nameIn(root, path);
  const tasks: GradeTask[] = [];
  for (const { file, refused } of entries) {
    if (refused !== undefined) continue;
    const path = resolve(join(folder, file));
    // Python finds no package.json, and a reference is of a language.
    const isHeldTo = reference !== undefined && isPython(reference) === isPython(file);
    tasks.push({
      ...{ file: at(path), allowed: allowed.map(at), names, limits },
      files: await sourceOf(root, [...new Set([path, ...shared])]),
      ...(isHeldTo && { reference: at(reference) }),
      ...(own !== undefined && { package: at(own) }),
    });
  }
  return tasks;
}

/** @throws ValueError for a file that another machine might have to call otherwise */
export function assertNames(tasks: readonly Pick<GradeTask, 'file' | 'allowed'>[]): void {
  for (const path of tasks.flatMap(({ file, allowed }) => [file, ...allowed])) {
    try {
      inside(path, path);
    } catch {
      throw new ValueError(
        `${printable(path)} has a name that other machines may not take. Leave colons and backslashes out of it.`,
      );
    }
  }
}

/** The deepest folder that holds them all. */
export function commonFolder([first, ...others]: readonly string[]): string {
  let common = first;
  const holds = (path: string) => {
    const way = relative(common, path);
    return way !== '..' && !way.startsWith(`..${sep}`);
  };
  while (!others.every(holds) && dirname(common) !== common) common = dirname(common);
  return common;
}
