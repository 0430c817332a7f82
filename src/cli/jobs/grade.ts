import { posix } from 'node:path';
import { AbortError } from '../../core/errors.js';
import type { JobKind } from '../../jobs/kind.js';
import type { Grader } from '../grade/grader.js';
import { type GradeResult, type GradeTask, gradeResultFrom, gradeTaskFrom } from './gradeTask.js';

/**
 * The kind of job of `grade`: judge one module, in a process of its own that can do no harm. Whatever the module
 * does is in its row; a job fails where it could not be graded at all. `at` brings who grades it.
 */
export const gradeKind = (
  at: (task: GradeTask, signal: AbortSignal) => Promise<Grader>,
): JobKind<GradeTask, GradeResult> => ({
  name: 'grade',
  assertTask: gradeTaskFrom,
  assertResult: gradeResultFrom,
  assertProgress: (value) => value as never,
  needs: ({ files }) => ({ blobs: [], manifests: 'manifest' in files ? [files.manifest] : [] }),
  gives: () => [],
  title: ({ file }) => posix.basename(file),
  process: () => 'grade',

  async run(task, { signal }) {
    const stopped = () => new AbortError('The grading was stopped.');
    if (signal.aborted) throw stopped();
    const grader = await at(task, signal);
    const grade = await grader.grade(posix.basename(task.file));
    if (signal.aborted) throw stopped(); // the row would say so of the module
    return { grade, isHeld: grader.isHeld };
  },
});
