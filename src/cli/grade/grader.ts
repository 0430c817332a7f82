import { basename } from 'node:path';
import { AbortError, CheckError, HandgradError } from '../../core/errors.js';
import type { Grade } from '../../oracle/grade/grade.js';
import { isPython } from '../python/check.js';
import type { Expected } from './channel.js';
import { packageOf } from './entries.js';
import { makeCgroup, mostProcesses } from './isolation/cgroup.js';
import { type Isolation, isolationLine } from './isolation/kinds.js';
import { chooseIsolation } from './isolation/launch.js';
import type { Limits } from './process.js';
import { gradePython } from './python.js';
import { gradeModule, type Reference, startReference } from './submission.js';

/** Grades the modules of one folder. */
export interface Grader {
  readonly isolation: Isolation;
  /** What holds here, for the first line of a report. */
  readonly firstLine: string;
  grade(file: string): Promise<Grade>;
  end(): Promise<void>;
}

/** @throws CheckError where the reference cannot be checked, or that isolation is not to be had. */
export async function startGrader(
  folder: string,
  limits: Limits,
  signal: AbortSignal,
  expected: Expected,
  asked: Isolation | 'auto' = 'auto',
): Promise<Grader> {
  const isolation = chooseIsolation(asked);
  const { reference: path, allowed = [] } = expected;
  const reference =
    path === undefined || isPython(path) ? undefined : await referenceAt(path, limits, signal);
  const own = packageOf(folder);
  const isOpen = expected.python !== undefined && ofPython(isolation) !== isolation;
  const pythonSaid = isOpen
    ? ' Python files ran without isolation: no wall of Node reaches them.'
    : '';
  return {
    isolation,
    firstLine: isolationLine(isolation, limitsSaid(limits), path !== undefined) + pythonSaid,
    async grade(file) {
      const grade = isPython(file)
        ? await gradePython(folder, file, limits, signal, isolation, expected)
        : await gradeModule(
            folder,
            file,
            limits,
            signal,
            isolation,
            { allowed, package: own },
            reference,
          );
      return { ...grade, isolation: isPython(file) ? ofPython(isolation) : isolation };
    },
    end: async () => reference?.end(),
  };
}

/** Node's permissions do not reach Python. */
const ofPython = (isolation: Isolation): Isolation =>
  isolation === 'permission' ? 'none' : isolation;

async function referenceAt(path: string, limits: Limits, signal: AbortSignal): Promise<Reference> {
  try {
    return await startReference(path, limits, signal);
  } catch (error) {
    if (signal.aborted) throw new AbortError('Stopped before anything was graded.');
    if (!(error instanceof HandgradError)) throw error;
    throw new CheckError(
      `The reference cannot be checked. ${error.message.replaceAll(path, basename(path))}`,
    );
  }
}

function limitsSaid({ memory }: Limits): string {
  const cgroup = makeCgroup(memory);
  cgroup?.remove();
  return cgroup
    ? `The kernel holds each to ${memory} MB and ${mostProcesses} processes.`
    : `Its memory is watched, to ${memory} MB; for the kernel to hold it to that, grade as root or where cgroups may be made.`;
}
