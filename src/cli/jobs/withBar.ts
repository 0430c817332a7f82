import type { JobKind } from '../../jobs/kind.js';
import type { Outcome, Runner } from '../../jobs/runner.js';
import { progressBar } from '../progress.js';

/** Jobs of one kind, and who does them. */
interface Jobs<Task, Result, Progress> {
  readonly runner: Runner;
  readonly kind: JobKind<Task, Result, Progress>;
  readonly tasks: readonly Task[];
}

interface Shown<Result, Progress> {
  readonly signal: AbortSignal;
  readonly retries?: number;
  /** What a job counts once it is done, and now. */
  readonly whole: number;
  doneOf(progress: Progress): number;
  /** Beside the bar, where so many lines are said. */
  figure(said: number): string;
  line(i: number, outcome: Outcome<Result>): string;
}

/**
 * Runs jobs with a bar and a line for each, in their order, whichever is done first.
 *
 * @param found takes the outcomes as they come: they are there where a signal ends the run, too.
 */
export async function withBar<Task, Result, Progress>(
  { runner, kind, tasks }: Jobs<Task, Result, Progress>,
  { signal, retries, whole, doneOf, figure, line }: Shown<Result, Progress>,
  found: Outcome<Result>[] = [],
): Promise<Outcome<Result>[]> {
  const bar = await progressBar(tasks.length * whole);
  const done = tasks.map(() => 0);
  let said = 0;
  const show = (i: number, now: number) => {
    done[i] = now;
    const all = done.reduce((sum, one) => sum + one, 0);
    bar.update(all, [figure(said)]);
  };
  try {
    return await runner.run(kind, tasks, {
      ...{ signal, retries },
      onProgress: (i, progress) => show(i, doneOf(progress)),
      onDone: (i, outcome) => {
        found[i] = outcome;
        for (; found[said] !== undefined; said++) bar.say(line(said, found[said]));
        show(i, whole);
      },
    });
  } finally {
    bar.stop();
  }
}

/** An outcome in words; `reached` has those for a result. */
export function outcomeInWords<Result>(
  outcome: Outcome<Result>,
  reached: (result: Result) => string,
): string {
  if (outcome.status === 'done') return reached(outcome.result);
  const { attempts, error } = outcome;
  return `failed${attempts > 1 ? ` ${attempts} times` : ''}: ${error}`;
}
