import type { Experiment, Pictures } from '../../course/experiment.js';
import type { JobKind } from '../../jobs/kind.js';
import type { Runner } from '../../jobs/runner.js';
import type { Store } from '../../jobs/store.js';
import type { Backend } from '../../runtime/backends.js';
import type { CourseOptions } from '../commands/course.js';
import type {
  ExperimentProgress,
  ExperimentResult,
  ExperimentTask,
} from '../jobs/experimentTask.js';

/** What of the course is run, before it is. */
export interface Planned {
  readonly options: CourseOptions;
  readonly chosen: readonly Experiment[];
  readonly backend: Backend;
  /** None where no experiment asks for them. */
  readonly pictures?: Pictures;
}

/** Who runs the experiments. */
export interface CourseJobs {
  /** The run's name, where workers do it. */
  readonly run?: string;
  readonly runner: Runner;
  readonly kind: JobKind<ExperimentTask, ExperimentResult, ExperimentProgress>;
  readonly tasks: readonly ExperimentTask[];
  /** Where what they show lies. */
  readonly store: Store;
  /** What is to be said of the result: that it is of workers that round otherwise. */
  strangers(): readonly string[];
  close(): Promise<void>;
}
