import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { JobError, ValueError } from '../../core/errors.js';
import type { FolderStore } from '../../jobs/folderStore.js';
import { type Listed, layOutBelow } from '../../jobs/manifest.js';
import type { Expected } from '../grade/channel.js';
import { type Grader, graderOf, referenceFor } from '../grade/grader.js';
import type { Limits } from '../grade/process.js';
import type { Reference } from '../grade/submission.js';
import { defaultPython, executableOf, isPython } from '../python/check.js';
import type { GradeTask } from './gradeTask.js';

/** What a worker grades in, and nothing else: all that a task names came from elsewhere, the reference too. */
export const isolation = 'bubblewrap';

/**
 * Brings who grades a task from elsewhere, and keeps the reference of the last one, a process, until `end`.
 *
 * @param most what a module may have on this machine.
 */
export function gradersIn(store: FolderStore, most: Limits) {
  let last: { readonly key: string; readonly reference: Reference } | undefined;
  const { signal: never } = new AbortController();

  const referenceOf = async (task: GradeTask, expected: Expected, listed: readonly Listed[]) => {
    const key = keyOf(task, listed);
    if (last?.key === key && last.reference.failure === undefined) return last.reference;
    await last?.reference.end();
    last = undefined;
    const reference = await referenceFor(expected, task.limits, never, isolation);
    last = reference && { key, reference };
    return reference;
  };

  const graderFor = async (task: GradeTask, signal: AbortSignal): Promise<Grader> => {
    assertWithin(task.limits, most);
    if (!('manifest' in task.files)) {
      throw new ValueError('The task names a file of another machine, and not its hash.');
    }
    const { root, files } = await layOutBelow(task.files.manifest, store);
    const at = (path: string) => {
      if (files.some((one) => one.path === path)) return join(root, path);
      throw new ValueError('The task names a file that is not among those it came with.');
    };
    const expected: Expected = {
      ...(task.reference !== undefined && { reference: at(task.reference) }),
      ...{ allowed: task.allowed.map(at), names: task.names },
      ...(isPython(task.file) && { python: pythonHere() }),
    };
    const reference = await referenceOf(task, expected, files);
    return graderOf(
      {
        ...{ folder: dirname(at(task.file)), limits: task.limits, expected, isolation, reference },
        ...(task.package !== undefined && { package: at(task.package) }),
      },
      signal,
    );
  };
  return { graderFor, end: async () => last?.reference.end() };
}

/** What is the same for modules that are held to the same functions. */
function keyOf({ file, reference, allowed, limits }: GradeTask, listed: readonly Listed[]): string {
  const others = listed.filter(({ path }) => path !== file);
  return JSON.stringify([reference, allowed, limits, others]);
}

/** @throws JobError where a module may not have so much here */
function assertWithin({ seconds, memory }: Limits, most: Limits): void {
  const asked =
    memory > most.memory
      ? `${memory} MB of memory, and a worker gives ${most.memory}: start it with a larger --memory, or fewer jobs at once (--concurrency)`
      : `${seconds} seconds, and a worker gives ${most.seconds}: start it with a larger --timeout`;
  if (memory <= most.memory && seconds <= most.seconds) return;
  throw new JobError(`Each module may have ${asked}.`);
}

let found: string | undefined;

/** @throws Error where there is none: another worker may have one, so that the job is tried again */
function pythonHere(): string {
  if (found === undefined) {
    const asked = defaultPython();
    const { status } = spawnSync(asked, ['--version'], { stdio: 'ignore' });
    if (status !== 0) throw new Error(`A worker lacks Python: ${asked} does not run there.`);
    found = executableOf(asked);
  }
  return found;
}
