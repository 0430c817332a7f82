import type { JobKind } from '../../jobs/kind.js';
import type { Runner } from '../../jobs/runner.js';
import type { GradeOptions } from '../commands/grade.js';
import type { GradeResult, GradeTask } from '../jobs/gradeTask.js';
import type { Expected } from './channel.js';
import type { Entry } from './entries.js';
import type { Limits } from './process.js';

/** A folder of submissions, before it is graded. */
export interface Planned {
  readonly folder: string;
  readonly entries: readonly Entry[];
  readonly expected: Expected;
  readonly limits: Limits;
  readonly options: GradeOptions;
}

/** Who grades it. */
export interface GradingJobs {
  /** The run's name, where workers do it. */
  readonly run?: string;
  readonly runner: Runner;
  readonly kind: JobKind<GradeTask, GradeResult>;
  /** One for each module that is not refused, in their order. */
  readonly tasks: readonly GradeTask[];
  /** What held where they were graded. */
  firstLine(results: readonly GradeResult[]): string;
  close(): Promise<void>;
}
