import type { Hash, Store } from './store.js';

/** What a job is run with, beside its task. */
export interface Context<Progress> {
  /** What the task needs lies there, and what the result names has to. */
  readonly store: Store;
  readonly signal: AbortSignal;
  progress(value: Progress): void;
}

/** What a task needs: bytes, and lists of files (`manifest.ts`) with all that they name. */
export interface Needs {
  readonly blobs: readonly Hash[];
  readonly manifests: readonly Hash[];
}

/**
 * A kind of job. A job is data: the name of its kind and a task, which is JSON. Whoever takes one checks the
 * task, and whoever is given a result checks that: nothing that comes from elsewhere is run.
 */
export interface JobKind<Task, Result, Progress = never> {
  readonly name: string;
  /** @throws ValueError that names the field. */
  assertTask(value: unknown): Task;
  assertResult(value: unknown): Result;
  assertProgress(value: unknown): Progress;
  needs(task: Task): Needs;
  gives(result: Result): readonly Hash[];
  /**
   * Seconds that what it needs and gives is of use, where that is short: for a step of a training. Such jobs
   * are many: they leave no trace in Redis, and workers do not speak of them.
   */
  readonly lasts?: number;
  /** In a few words, for those who look on. */
  title(task: Task): string;
  /** What can share a process: one backend a process. */
  process(task: Task): string;
  /** @throws HandgradError where trying again would not help; AbortError when the signal says so. */
  run(task: Task, context: Context<Progress>): Promise<Result>;
}

/** A kind, whatever its task. */
export type AnyKind = JobKind<unknown, unknown, unknown>;

/** Kinds by their names. */
export const kindTable = (...kinds: readonly AnyKind[]): ReadonlyMap<string, AnyKind> =>
  new Map(kinds.map((kind) => [kind.name, kind]));

/** A value as it comes out of JSON: a job gives the same wherever it is run. */
export const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
