import { setMaxListeners } from 'node:events';
import { AbortError } from '../../core/errors.js';
import type { Answer } from '../childProcess.js';
import { Handing } from '../handed.js';
import type { JobKind } from '../kind.js';
import { Pool, type PoolOptions } from '../pool.js';
import { type Outcome, type Runner, type RunOptions, usualRetries } from '../runner.js';
import type { Store } from '../store.js';
import { Turns } from '../turns.js';

/** Several jobs at once, each in a child of this process. What its children read and write is on this machine. */
export class ChildProcesses implements Runner {
  private readonly pool: Pool;
  private readonly handing: Handing;

  /** @param store where bytes that are of use for moments come from, and go to. */
  constructor({ store, ...options }: PoolOptions & { readonly store: Store }) {
    this.pool = new Pool(options);
    this.handing = new Handing(store);
  }

  async run<Task, Result, Progress>(
    kind: JobKind<Task, Result, Progress>,
    tasks: readonly Task[],
    { signal, retries = usualRetries, onDone, onProgress }: RunOptions<Result, Progress>,
  ): Promise<Outcome<Result>[]> {
    const fatal = new AbortController();
    const either = AbortSignal.any([signal, fatal.signal]);
    setMaxListeners(0, either); // each job listens
    const outcomes = await Promise.allSettled(
      tasks.map(async (task, i) => {
        try {
          const told = new Turns();
          const tell = (value: unknown) => {
            told.add(() => onProgress?.(i, kind.assertProgress(value)));
          };
          const outcome = await this.outcomeOf(kind, task, retries, either, tell).finally(() =>
            told.done(),
          );
          await onDone?.(i, outcome);
          return outcome;
        } catch (error) {
          fatal.abort();
          throw error;
        }
      }),
    );
    // The first to be refused may have been stopped because another was.
    const reasons = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    if (reasons.length > 0) throw reasons.find((one) => !(one instanceof AbortError)) ?? reasons[0];
    return outcomes.map((one) => (one as PromiseFulfilledResult<Outcome<Result>>).value);
  }

  private async outcomeOf<Task, Result, Progress>(
    kind: JobKind<Task, Result, Progress>,
    task: Task,
    retries: number,
    signal: AbortSignal,
    tell: (value: unknown) => void,
  ): Promise<Outcome<Result>> {
    for (let attempts = 1; ; attempts++) {
      const given = await this.handing.given(kind, task);
      const job = { kind: kind.name, task, given };
      const answer = await this.pool.ask(job, kind.process(task), signal, tell);
      if ('stopped' in answer) throw new AbortError('The work was stopped.');
      const outcome = await this.outcomeFrom(kind, answer, attempts);
      if (outcome.status === 'done' || attempts > retries || isFinal(answer)) return outcome;
    }
  }

  private async outcomeFrom<Result>(
    kind: Pick<JobKind<never, Result>, 'assertResult' | 'gives' | 'lasts' | 'needs'>,
    answer: Exclude<Answer, { stopped: true }>,
    attempts: number,
  ): Promise<Outcome<Result>> {
    if ('failed' in answer) return { status: 'failed', error: answer.failed, attempts };
    try {
      const result = kind.assertResult(answer.done);
      await this.handing.take(kind, result, answer.made);
      return { status: 'done', result };
    } catch (error) {
      return { status: 'failed', error: (error as Error).message, attempts };
    }
  }

  async close(): Promise<void> {
    this.pool.close();
  }
}

const isFinal = (answer: Answer) => 'isFinal' in answer && answer.isFinal;
