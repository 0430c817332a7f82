import type { Job, Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { AbortError, HandgradError } from '../../core/errors.js';
import type { Fingerprint } from '../fingerprint.js';
import { type JobKind, throughJson } from '../kind.js';
import { fetchNeeds, lacking } from '../needs.js';
import { type Outcome, type RunOptions, usualRetries } from '../runner.js';
import { copy, hashOf, type Store } from '../store.js';
import { Turns } from '../turns.js';
import { asJobError } from './connect.js';
import { type Envelope, returnedFrom } from './envelope.js';
import { keptSeconds } from './redisStore.js';
import { addJobs } from './runs.js';

export interface Around {
  readonly redis: Redis;
  readonly prefix: string;
  readonly run: string;
  readonly queue: Queue;
  readonly events: QueueEvents;
  readonly remote: Store;
  readonly local: Store;
  readonly blobs: Envelope['blobs'];
  /** Brings back what all tasks need, where Redis has lost it. */
  restore(): Promise<void>;
  /** Who did a job. */
  onBy(by: Fingerprint, host: string): void;
}

/** Events may be lost with Redis: so often it is asked what has become of the jobs. */
const lookEvery = 3000; // milliseconds
const addAtOnce = 500;

/**
 * The jobs of one call of the runner. A job's name is made of the run's and of its task: where it is in Redis
 * already, done or not, it is not added again; where Redis has lost it, it is.
 */
export class Batch<Task, Result, Progress> {
  private readonly places: ReadonlyMap<string, number>;
  private readonly pending: Set<string>;
  private left: number;
  private readonly looking = new Set<string>();
  private readonly again = new Map<string, number>();
  private readonly found: Outcome<Result>[] = [];
  private readonly turns = new Turns();

  constructor(
    private readonly kind: JobKind<Task, Result, Progress>,
    private readonly tasks: readonly Task[],
    private readonly options: RunOptions<Result, Progress>,
    private readonly around: Around,
  ) {
    const { run } = around;
    const times = new Map<string, number>();
    const idOf = (task: Task) => {
      const words = JSON.stringify([kind.name, throughJson(task)]);
      const time = (times.get(words) ?? 0) + 1; // the same task may be asked for twice
      times.set(words, time);
      const hash = hashOf(new TextEncoder().encode(words)).slice(0, 32);
      return time === 1 ? `${run}.${hash}` : `${run}.${hash}.${time}`;
    };
    this.places = new Map(tasks.map((task, i) => [idOf(task), i]));
    this.pending = new Set(this.places.keys());
    this.left = this.pending.size;
  }

  /** Waits for all. @throws AbortError, what a callback throws, JobError where Redis is full. */
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
    const heard = ({ jobId }: { jobId: string }) => look(jobId);
    const progressed = ({ jobId, data }: { jobId: string; data: unknown }) =>
      this.progressed(jobId, data);
    const stop = () => end(new AbortError('The work was stopped.'));
    events.on('completed', heard).on('failed', heard).on('progress', progressed);
    signal.addEventListener('abort', stop);
    const asking = setInterval(
      () => [...this.pending].slice(0, addAtOnce).forEach(look),
      lookEvery,
    );
    try {
      if (signal.aborted) stop();
      else if (this.pending.size === 0) end();
      else this.submit().then(() => this.pending.forEach(look), end);
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
  async removeWaiting(): Promise<void> {
    for (const id of this.pending) {
      await this.around.queue.remove(id).catch(() => {}); // one that is in hand cannot be
    }
  }

  private async submit(): Promise<void> {
    const { queue, redis, prefix, run } = this.around;
    const ids = [...this.pending];
    try {
      const states = await Promise.all(ids.map((id) => queue.getJobState(id)));
      const failed = ids.filter((_, i) => states[i] === 'failed');
      for (const id of failed) await queue.remove(id);
      const missing = ids.filter((_, i) => states[i] === 'unknown' || states[i] === 'failed');
      await addJobs(redis, prefix, run, ids);
      for (let at = 0; at < missing.length; at += addAtOnce) {
        await this.add(missing.slice(at, at + addAtOnce));
      }
    } catch (error) {
      throw asJobError(error, this.around.remote.name);
    }
  }

  /** What the jobs need, then the jobs: whoever takes one finds it all. */
  private async add(ids: readonly string[]): Promise<void> {
    const { queue, local, remote, run, blobs } = this.around;
    const { retries = usualRetries } = this.options;
    const options = {
      attempts: retries + 1,
      removeOnComplete: { age: keptSeconds },
      removeOnFail: { age: keptSeconds },
    };
    const jobs = [];
    for (const id of ids) {
      const task = this.tasks[this.places.get(id)!];
      await copy(this.kind.needs(task).blobs, local, remote);
      const data: Envelope = { run, kind: this.kind.name, task, blobs };
      jobs.push({ name: this.kind.name, data, opts: { ...options, jobId: id } });
    }
    await queue.addBulk(jobs);
  }

  private async lookAt(id: string): Promise<void> {
    const { queue } = this.around;
    const job: Job | undefined = await queue.getJob(id);
    if (!job) {
      await this.around.restore();
      return this.add([id]); // Redis has lost it
    }
    const state = await job.getState();
    if (state === 'completed') await this.take(id, job);
    if (state !== 'failed') return;
    const { failedReason: error, attemptsMade: attempts } = job;
    if (error.startsWith(lacking) && this.mayTryAgain(id)) await this.addAgain(id);
    else await this.settle(id, { status: 'failed', error, attempts });
  }

  /** The result, and what it names. Where they are not what they should be, the job is done again. */
  private async take(id: string, job: Job): Promise<void> {
    const { local, remote, onBy } = this.around;
    try {
      const { result, by, host } = returnedFrom(job.returnvalue);
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

  private mayTryAgain(id: string): boolean {
    const times = (this.again.get(id) ?? 0) + 1;
    this.again.set(id, times);
    return times <= (this.options.retries ?? usualRetries);
  }

  private async addAgain(id: string): Promise<void> {
    await this.around.restore();
    await this.around.queue.remove(id);
    await this.add([id]);
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
