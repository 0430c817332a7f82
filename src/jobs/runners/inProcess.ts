import { AbortError, HandgradError } from '../../core/errors.js';
import { type JobKind, throughJson } from '../kind.js';
import type { Outcome, Runner, RunOptions } from '../runner.js';
import type { Store } from '../store.js';
import { Turns } from '../turns.js';

/**
 * One job after the other in this process, or some at once where they wait for other processes. A HandgradError
 * is the job's outcome; another error is a defect, and ends the run with its stack.
 */
export class InProcess implements Runner {
  constructor(
    private readonly store: Store,
    private readonly atOnce = 1,
  ) {}

  async run<Task, Result, Progress>(
    kind: JobKind<Task, Result, Progress>,
    tasks: readonly Task[],
    options: RunOptions<Result, Progress>,
  ): Promise<Outcome<Result>[]> {
    const outcomes: Outcome<Result>[] = [];
    const errors: unknown[] = [];
    const waiting = tasks.entries();
    const work = async () => {
      for (const [i, task] of waiting) {
        if (errors.length > 0) return;
        try {
          outcomes[i] = await this.one(kind, task, i, options);
          await options.onDone?.(i, outcomes[i]);
        } catch (error) {
          errors.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: this.atOnce }, work));
    if (errors.length > 0) throw errors.find((one) => !(one instanceof AbortError)) ?? errors[0];
    return outcomes;
  }

  private async one<Task, Result, Progress>(
    kind: JobKind<Task, Result, Progress>,
    task: Task,
    i: number,
    { signal, onProgress }: RunOptions<Result, Progress>,
  ): Promise<Outcome<Result>> {
    const told = new Turns();
    const progress = (value: Progress) => told.add(() => onProgress?.(i, value));
    const outcome = await outcomeOf(() =>
      kind.run(kind.assertTask(throughJson(task)), { store: this.store, signal, progress }),
    ).finally(() => told.done());
    return outcome.status === 'failed'
      ? outcome
      : { status: 'done', result: kind.assertResult(throughJson(outcome.result)) };
  }

  async close(): Promise<void> {}
}

async function outcomeOf<Result>(run: () => Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { status: 'done', result: await run() };
  } catch (error) {
    if (!(error instanceof HandgradError) || error instanceof AbortError) throw error;
    return { status: 'failed', error: error.message, attempts: 1 };
  }
}
