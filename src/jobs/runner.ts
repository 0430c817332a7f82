import type { JobKind } from './kind.js';

/** What became of a job. */
export type Outcome<Result> =
  | { readonly status: 'done'; readonly result: Result }
  | {
      readonly status: 'failed';
      /** In one sentence. */
      readonly error: string;
      /** How often it was tried. */
      readonly attempts: number;
    };

export interface RunOptions<Result, Progress> {
  readonly signal: AbortSignal;
  /** How often a job is tried again that throws, hangs or ends its process. Default: 2. */
  readonly retries?: number;
  /** Told of each job by its place, in any order; waited for. What it throws ends the run. */
  onDone?(i: number, outcome: Outcome<Result>): void | Promise<void>;
  onProgress?(i: number, progress: Progress): void | Promise<void>;
}

export const usualRetries = 2;

/** Runs jobs: in this process, in children of it, or on other machines. */
export interface Runner {
  /**
   * The outcomes in the order of the tasks. A job that fails leaves the others alone.
   *
   * @throws AbortError once the signal says so; JobError where the runner itself cannot go on.
   */
  run<Task, Result, Progress>(
    kind: JobKind<Task, Result, Progress>,
    tasks: readonly Task[],
    options: RunOptions<Result, Progress>,
  ): Promise<Outcome<Result>[]>;
  close(): Promise<void>;
}
