import { AbortError, HandgradError } from '../../core/errors.js';
import { type JobKind, throughJson } from '../kind.js';
import type { Outcome, Runner, RunOptions } from '../runner.js';
import type { Store } from '../store.js';
import { Turns } from '../turns.js';

/**
 * One job after the other, in this process. A HandgradError is the job's outcome; another error is a defect,
 * and ends the run with its stack.
 */
export class InProcess implements Runner {
  constructor(private readonly store: Store) {}

  async run<Task, Result, Progress>(
    kind: JobKind<Task, Result, Progress>,
    tasks: readonly Task[],
    { signal, onDone, onProgress }: RunOptions<Result, Progress>,
  ): Promise<Outcome<Result>[]> {
    const outcomes: Outcome<Result>[] = [];
    for (const [i, task] of tasks.entries()) {
      const told = new Turns();
      const progress = (value: Progress) => told.add(() => onProgress?.(i, value));
      const outcome = await outcomeOf(() =>
        kind.run(kind.assertTask(throughJson(task)), { store: this.store, signal, progress }),
      ).finally(() => told.done());
      const checked: Outcome<Result> =
        outcome.status === 'failed'
          ? outcome
          : { status: 'done', result: kind.assertResult(throughJson(outcome.result)) };
      outcomes.push(checked);
      await onDone?.(i, checked);
    }
    return outcomes;
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
