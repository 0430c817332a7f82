import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { type JobKind, throughJson } from '../kind.js';
import { copy, hashOf, type Store } from '../store.js';
import { asJobError } from './connect.js';
import type { Envelope } from './envelope.js';
import { keptSeconds } from './redisStore.js';
import { addJobs } from './runs.js';

/** A queue, and where the bytes of its jobs are. */
export interface Sharing {
  readonly redis: Redis;
  readonly prefix: string;
  readonly run: string;
  readonly queue: Queue;
  readonly remote: Store;
  readonly local: Store;
  readonly blobs: Envelope['blobs'];
  /** Brings back what all tasks need, where Redis has lost it. */
  restore(): Promise<void>;
}

const addAtOnce = 500;

/** What Redis is called in messages: its store has its address. */
export const redisIn = ({ blobs, remote }: Pick<Sharing, 'blobs' | 'remote'>): string =>
  blobs === 'redis' ? remote.name : 'Redis';

/**
 * Jobs in Redis. A job's name is made of the run's and of its task: where it is there already, done or not, it
 * is not added again; where Redis has lost it, it is.
 */
export class Submitted<Task> {
  /** The place of each job's task, by its name. */
  readonly places: ReadonlyMap<string, number>;

  constructor(
    private readonly kind: Pick<JobKind<Task, unknown>, 'name' | 'needs' | 'lasts'>,
    private readonly tasks: readonly Task[],
    private readonly around: Sharing & { readonly retries: number },
  ) {
    this.places = new Map(namesOf(kind.name, tasks, around.run).map((name, i) => [name, i]));
  }

  /** Adds those that are not there, or have failed before. @throws JobError where Redis is full */
  async submit(): Promise<void> {
    const { queue, redis, prefix, run } = this.around;
    const ids = [...this.places.keys()];
    try {
      if (this.kind.lasts !== undefined) return await this.add(ids);
      const states = await Promise.all(ids.map((id) => queue.getJobState(id)));
      const failed = ids.filter((_, i) => states[i] === 'failed');
      for (const id of failed) await queue.remove(id);
      const missing = ids.filter((_, i) => states[i] === 'unknown' || states[i] === 'failed');
      await addJobs(redis, prefix, run, ids);
      for (let at = 0; at < missing.length; at += addAtOnce) {
        await this.add(missing.slice(at, at + addAtOnce));
      }
    } catch (error) {
      throw asJobError(error, redisIn(this.around));
    }
  }

  /** What the jobs need, then the jobs: whoever takes one finds it all. */
  private async add(ids: readonly string[]): Promise<void> {
    const { queue, local, remote, run, blobs, retries } = this.around;
    const { lasts } = this.kind;
    // What BullMQ removes by age it removes of the whole queue, and so of other runs too.
    const remove = lasts !== undefined || { age: keptSeconds };
    const options = { attempts: retries + 1, removeOnComplete: remove, removeOnFail: remove };
    const tasks = ids.map((id) => this.tasks[this.places.get(id)!]);
    const needed = new Set(tasks.flatMap((task) => this.kind.needs(task).blobs));
    await copy([...needed], local, remote, lasts);
    const jobs = [];
    for (const [i, id] of ids.entries()) {
      const task = tasks[i];
      const data: Envelope = { run, kind: this.kind.name, task, blobs };
      jobs.push({ name: this.kind.name, data, opts: { ...options, jobId: id } });
    }
    await queue.addBulk(jobs);
  }

  /** Adds a job once more that is lost, or gave what it should not. @throws JobError where Redis is full */
  async addAgain(id: string): Promise<void> {
    try {
      await this.around.restore();
      await this.around.queue.remove(id);
      await this.add([id]);
    } catch (error) {
      throw asJobError(error, redisIn(this.around));
    }
  }

  async remove(ids: Iterable<string>): Promise<void> {
    for (const id of ids) {
      await this.around.queue.remove(id).catch(() => {}); // one that is in hand cannot be
    }
  }
}

function namesOf(kind: string, tasks: readonly unknown[], run: string): string[] {
  const times = new Map<string, number>();
  return tasks.map((task) => {
    const words = JSON.stringify([kind, throughJson(task)]);
    const time = (times.get(words) ?? 0) + 1; // the same task may be asked for twice
    times.set(words, time);
    const hash = hashOf(new TextEncoder().encode(words)).slice(0, 32);
    return time === 1 ? `${run}.${hash}` : `${run}.${hash}.${time}`;
  });
}
