import type { JobKind } from '../../jobs/kind.js';
import type { Outcome, Runner } from '../../jobs/runner.js';
import type { TrainOptions } from '../commands/train.js';
import type { TrialProgress, TrialResult, TrialTask } from '../jobs/trialTask.js';
import type { Journal, Result } from './journal.js';

/** What a search is run with. */
export interface Around {
  readonly journal: Journal;
  readonly runner: Runner;
  readonly kind: JobKind<TrialTask, TrialResult, TrialProgress>;
  readonly taskOf: (candidate: TrainOptions, index: number, budget: number) => TrialTask;
  readonly signal: AbortSignal;
  readonly retries?: number;
}

/** A job that failed, however often it was tried. */
export interface Failure {
  readonly index: number;
  readonly error: string;
  readonly attempts: number;
}

type Ending = Result | Failure;

/**
 * The jobs of a rung: all are handed to the runner at once, and asked for one by one. What is done is in the
 * journal before anybody is told.
 */
export class RungJobs {
  readonly failures: Failure[] = [];
  private readonly results = new Map<number, Promise<Ending>>();

  constructor(
    private readonly candidates: readonly TrainOptions[],
    private readonly around: Around,
    /** Told of the epochs of each candidate of the rung, and of the one that has just had another. */
    private readonly onEpoch: (done: readonly number[], epochs: number, budget: number) => void,
  ) {}

  /** Whether a search before this one has its result. */
  isKnown(index: number, budget: number): boolean {
    return !this.results.has(index) && this.around.journal.find(index, budget) !== undefined;
  }

  start(indices: readonly number[], budget: number): void {
    const { journal, runner, kind, taskOf, signal, retries } = this.around;
    this.results.clear();
    const todo = indices.filter((index) => !journal.find(index, budget));
    const done = new Map(indices.map((index) => [index, todo.includes(index) ? 0 : budget]));
    const show = (index: number, epochs: number) => {
      done.set(index, epochs);
      this.onEpoch([...done.values()], epochs, budget);
    };
    const tasks = todo.map((index) => taskOf(this.candidates[index], index, budget));
    const endings = todo.map((index) => {
      const ending = withResolvers<Ending>();
      this.results.set(index, ending.promise);
      return ending;
    });
    if (todo.length > 0) show(todo[0], 0);
    runner
      .run(kind, tasks, {
        ...{ signal, retries },
        onProgress: async (i, { done, state }) => {
          if (state !== undefined) await journal.keep(todo[i], state);
          show(todo[i], done);
        },
        onDone: async (i, outcome) => {
          const ending = await this.ended(todo[i], outcome);
          show(todo[i], budget);
          endings[i].resolve(ending);
        },
      })
      .catch((error) => endings.forEach(({ reject }) => void reject(error)));
  }

  /** What became of a candidate on the rung. */
  async result(index: number, budget: number): Promise<Ending> {
    return this.results.get(index) ?? this.around.journal.find(index, budget)!;
  }

  private async ended(index: number, outcome: Outcome<TrialResult>): Promise<Ending> {
    const { journal } = this.around;
    if (outcome.status === 'failed') {
      const failure = { index, error: outcome.error, attempts: outcome.attempts };
      this.failures.push(failure);
      return failure;
    }
    const { state, ...last } = outcome.result;
    const { seconds: earlier = 0 } = journal.latest().find((one) => one.index === index) ?? {};
    const found = { ...last, seconds: earlier + last.seconds };
    if (state !== undefined) await journal.keep(index, state);
    await journal.add(found);
    return found;
  }
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    [resolve, reject] = [yes, no];
  });
  promise.catch(() => {}); // who asks for it is told
  return { promise, resolve, reject };
}
