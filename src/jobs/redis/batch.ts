import type { Job, QueueEvents } from 'bullmq';
import { AbortError, HandgradError } from '../../core/errors.js';
import type { Fingerprint } from '../fingerprint.js';
import type { JobKind } from '../kind.js';
import { fetchNeeds, lacking } from '../needs.js';
import { whenThereIsRoom } from '../pace.js';
import { type Outcome, type RunOptions, usualRetries } from '../runner.js';
import { Turns } from '../turns.js';
import { returnedFrom } from './envelope.js';
import { type Sharing, Submitted } from './submitted.js';

/** Events may be lost with Redis: so often it is asked what has become of the jobs. */
const lookEvery = 3000; // milliseconds
const lookAtOnce = 500;

export interface Around extends Sharing {
  readonly events: QueueEvents;
  /** Who did a job. */
  onBy(by: Fingerprint, host: string): void;
  /** Redis is full, and is waited for. */
  onFull(): void;
}

/** The jobs of one call of the runner, until all are done or have failed. */
export class Batch<Task, Result, Progress> {
  private readonly submitted: Submitted<Task>;
  private readonly places: ReadonlyMap<string, number>;
  private readonly pending: Set<string>;
  private left: number;
  private readonly looking = new Set<string>();
  /** What events say of jobs that leave no trace. */
  private readonly said = new Map<string, { returnvalue?: unknown; failedReason?: string }>();
  private readonly gone = new Set<string>();
  private readonly again = new Map<string, number>();
  private readonly found: Outcome<Result>[] = [];
  private readonly turns = new Turns();

  constructor(
    private readonly kind: JobKind<Task, Result, Progress>,
    tasks: readonly Task[],
    private readonly options: RunOptions<Result, Progress>,
    private readonly around: Around,
  ) {
    const { retries = usualRetries } = options;
    this.submitted = new Submitted(kind, tasks, { ...around, retries });
    this.places = this.submitted.places;
    this.pending = new Set(this.places.keys());
    this.left = this.pending.size;
  }

  /** Waits for all. @throws AbortError, what a callback throws */
  async outcomes(): Promise<Outcome<Result>[]> {
    const { events } = this.around;
    const { signal } = this.options;
    let end: (error?: unknown) => void = () => {};
    const ended = new Promise<void>((resolve, reject) => {
      end = (error) => (error === undefined ? resolve() : reject(error));
    });
    const look = (id: string) => {
      if (!this.pending.has(id) || this.looking.has(id)) return;
      this.looking.add(id);
      this.lookAt(id)
        .finally(() => this.looking.delete(id))
        .then(() => this.left === 0 && end())
        .catch(end);
    };
    const heard = (event: { jobId: string; returnvalue?: unknown; failedReason?: string }) => {
      if (this.kind.lasts !== undefined) this.said.set(event.jobId, event);
      look(event.jobId);
    };
    const progressed = ({ jobId, data }: { jobId: string; data: unknown }) =>
      this.progressed(jobId, data);
    const stop = () => end(new AbortError('The work was stopped.'));
    events.on('completed', heard).on('failed', heard).on('progress', progressed);
    signal.addEventListener('abort', stop);
    let isSubmitted = false;
    const asking = setInterval(() => {
      if (isSubmitted) [...this.pending].slice(0, lookAtOnce).forEach(look);
    }, lookEvery);
    const lookAtAll = () => {
      isSubmitted = true;
      if (this.kind.lasts === undefined) this.pending.forEach(look);
    };
    try {
      if (signal.aborted) stop();
      else if (this.pending.size === 0) end();
      else this.whenThereIsRoom(() => this.submitted.submit()).then(lookAtAll, end);
      await ended;
      await this.turns.done();
      return this.found;
    } finally {
      clearInterval(asking);
      signal.removeEventListener('abort', stop);
      events.off('completed', heard).off('failed', heard).off('progress', progressed);
    }
  }

  /** Takes the jobs that nobody has begun out of Redis. */
  removeWaiting(): Promise<void> {
    return this.submitted.remove(this.pending);
  }

  private async lookAt(id: string): Promise<void> {
    const said = this.said.get(id);
    this.said.delete(id);
    if (said?.failedReason !== undefined) {
      return this.failed(id, said.failedReason, (this.options.retries ?? usualRetries) + 1);
    }
    if (said) return this.take(id, said.returnvalue);
    const job: Job | undefined = await this.around.queue.getJob(id);
    if (!job) return this.lost(id);
    const state = await job.getState();
    if (state === 'completed') await this.take(id, job.returnvalue);
    if (state === 'failed') await this.failed(id, job.failedReason, job.attemptsMade);
  }

  /** Redis has lost it; or it is done, it leaves no trace, and the event that says so may be on its way. */
  private async lost(id: string): Promise<void> {
    if (this.kind.lasts !== undefined && !this.gone.delete(id)) this.gone.add(id);
    else await this.addAgain(id);
  }

  private async failed(id: string, error: string, attempts: number): Promise<void> {
    if (error.startsWith(lacking) && this.mayTryAgain(id)) await this.addAgain(id);
    else await this.settle(id, { status: 'failed', error, attempts });
  }

  /** The result, and what it names. Where they are not what they should be, the job is done again. */
  private async take(id: string, returnvalue: unknown): Promise<void> {
    const { local, remote, onBy } = this.around;
    try {
      const { result, by, host } = returnedFrom(returnvalue);
      const checked = this.kind.assertResult(result);
      await fetchNeeds({ blobs: this.kind.gives(checked), manifests: [] }, remote, local);
      onBy(by, host);
      await this.settle(id, { status: 'done', result: checked });
    } catch (error) {
      if (!(error instanceof HandgradError) || !this.pending.has(id)) throw error;
      if (this.mayTryAgain(id)) return this.addAgain(id);
      const attempts = this.again.get(id)!;
      return this.settle(id, { status: 'failed', error: error.message, attempts });
    }
  }

  private addAgain(id: string): Promise<void> {
    return this.whenThereIsRoom(() => this.submitted.addAgain(id));
  }

  /** What a run needs had room when it began: it may come again. */
  private whenThereIsRoom(write: () => Promise<void>): Promise<void> {
    return whenThereIsRoom(this.options.signal, write, () => this.around.onFull());
  }

  private mayTryAgain(id: string): boolean {
    const times = (this.again.get(id) ?? 0) + 1;
    this.again.set(id, times);
    return times <= (this.options.retries ?? usualRetries);
  }

  private async settle(id: string, outcome: Outcome<Result>): Promise<void> {
    const i = this.places.get(id)!;
    this.pending.delete(id);
    this.found[i] = outcome;
    await this.turns.done(); // what it said before comes first
    await this.options.onDone?.(i, outcome);
    this.left--;
  }

  private progressed(id: string, data: unknown): void {
    if (!this.pending.has(id)) return;
    try {
      const value = this.kind.assertProgress(data);
      this.turns.add(() => this.options.onProgress?.(this.places.get(id)!, value));
    } catch {
      // for those who look on: nothing hangs on it
    }
  }
}
