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
  /** Whether the kernel holds each to its memory and its processes. */
  readonly isHeld: boolean;
  grade(file: string): Promise<Grade>;
}

export interface StartedGrader extends Grader {
  end(): Promise<void>;
}

/** What the modules of a folder are graded with. */
export interface Grading {
  readonly folder: string;
  readonly limits: Limits;
  readonly expected: Expected;
  readonly isolation: Isolation;
  /** The package.json that says what .js files are. */
  readonly package?: string;
  /** Of `expected`, where it is no Python: started already. */
  readonly reference?: Reference;
}

/**
 * A grader with the strongest isolation of this machine, or the one that is asked for, and a reference of its own.
 *
 * @throws CheckError where the reference cannot be checked, or that isolation is not to be had.
 */
export async function startGrader(
  folder: string,
  limits: Limits,
  signal: AbortSignal,
  expected: Expected,
  asked: Isolation | 'auto' = 'auto',
): Promise<StartedGrader> {
  const isolation = chooseIsolation(asked);
  const reference = await referenceFor(expected, limits, signal);
  const around = { package: packageOf(folder), reference };
  const grader = graderOf({ folder, limits, expected, isolation, ...around }, signal);
  return { ...grader, end: async () => reference?.end() };
}

export function graderOf(
  { folder, limits, expected, isolation, package: own, reference }: Grading,
  signal: AbortSignal,
): Grader {
  const { allowed = [] } = expected;
  const around = [limits, signal, isolation] as const;
  return {
    ...{ isolation, isHeld: isHeldTo(limits) },
    async grade(file) {
      const grade = isPython(file)
        ? await gradePython(folder, file, ...around, expected)
        : await gradeModule(folder, file, ...around, { allowed, package: own }, reference);
      return { ...grade, isolation: isPython(file) ? ofPython(isolation) : isolation };
    },
  };
}

/** What held where modules were graded, for the first line of a report. */
export function firstLineOf(
  { isolation, isHeld }: Pick<Grader, 'isolation' | 'isHeld'>,
  limits: Limits,
  { reference, python }: Expected,
): string {
  const isOpen = python !== undefined && ofPython(isolation) !== isolation;
  const pythonSaid = isOpen
    ? ' Python files ran without isolation: no wall of Node reaches them.'
    : '';
  const said = limitsSaid(limits, isHeld);
  return isolationLine(isolation, said, reference !== undefined) + pythonSaid;
}

/** Node's permissions do not reach Python. */
const ofPython = (isolation: Isolation): Isolation =>
  isolation === 'permission' ? 'none' : isolation;

/**
 * The teacher's functions, where modules of JavaScript are held to them: in a process that answers.
 *
 * @throws CheckError where they cannot be checked.
 */
export async function referenceFor(
  { reference: path, allowed }: Expected,
  limits: Limits,
  signal: AbortSignal,
  isolation: Isolation = 'none',
): Promise<Reference | undefined> {
  if (path === undefined || isPython(path)) return undefined;
  try {
    return await startReference(path, limits, signal, isolation, allowed);
  } catch (error) {
    if (signal.aborted) throw new AbortError('Stopped before anything was graded.');
    if (!(error instanceof HandgradError)) throw error;
    throw new CheckError(
      `The reference cannot be checked. ${error.message.replaceAll(path, basename(path))}`,
    );
  }
}

function isHeldTo({ memory }: Limits): boolean {
  const cgroup = makeCgroup(memory);
  cgroup?.remove();
  return cgroup !== undefined;
}

const limitsSaid = ({ memory }: Limits, isHeld: boolean): string =>
  isHeld
    ? `The kernel holds each to ${memory} MB and ${mostProcesses} processes.`
    : `Its memory is watched, to ${memory} MB; for the kernel to hold it to that, grade as root or where cgroups may be made.`;
