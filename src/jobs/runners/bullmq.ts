import { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { AbortError } from '../../core/errors.js';
import { difference, type Fingerprint, isSame } from '../fingerprint.js';
import type { JobKind } from '../kind.js';
import { Batch } from '../redis/batch.js';
import { isFull } from '../redis/connect.js';
import { cancelRun } from '../redis/runs.js';
import type { Outcome, Runner, RunOptions } from '../runner.js';
import type { Store } from '../store.js';

/** What becomes of the jobs in Redis where the one who waits for them stops. */
export type Stopping = 'leave' | 'cancel';

export interface BullmqOptions {
  readonly redis: Redis;
  readonly prefix: string;
  readonly queue: string;
  /** The run's name: with the task it makes a job's name, so that what is done is not done again. */
  readonly run: string;
  /** What jobs share with the workers, and whether that is Redis. */
  readonly remote: Store;
  readonly blobs: 'redis' | 'folder';
  /** Where tasks' states come from, and results' go. */
  readonly local: Store;
  /** Ours: results of others are told apart. */
  readonly fingerprint: Fingerprint;
  /** Brings back what all tasks need, where Redis has lost it. */
  readonly restore: () => Promise<void>;
  /** Told, once for each call, that Redis is full and is waited for. */
  readonly onFull?: () => void;
  /** Asked when the signal says stop. */
  readonly onStop: () => Promise<Stopping>;
}

/** Jobs for workers on any machine, by BullMQ on Redis. */
export class Bullmq implements Runner {
  private readonly queue: Queue;
  private events: QueueEvents | undefined;
  private readonly others = new Map<string, string>();

  constructor(private readonly options: BullmqOptions) {
    const { redis, prefix, queue } = options;
    this.queue = new Queue(queue, { connection: redis, prefix });
    this.queue.on('error', silent);
  }

  /** The hosts that did jobs with another version or other roundings, and in what they differ. */
  get strangers(): readonly string[] {
    return [...this.others].map(([host, how]) => `${host} ${how}`);
  }

  async run<Task, Result, Progress>(
    kind: JobKind<Task, Result, Progress>,
    tasks: readonly Task[],
    options: RunOptions<Result, Progress>,
  ): Promise<Outcome<Result>[]> {
    const { queue } = this;
    const events = await this.listening();
    const batch = new Batch(kind, tasks, options, {
      ...{ onFull: () => {}, ...this.options, queue, events },
      onBy: (by, host) => {
        const { fingerprint } = this.options;
        if (!isSame(by, fingerprint)) this.others.set(host, difference([by], fingerprint));
      },
    });
    try {
      return await batch.outcomes();
    } catch (error) {
      const isStopped = error instanceof AbortError && options.signal.aborted;
      if (!isStopped || (await this.options.onStop()) === 'cancel') await this.cancel(batch);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.events?.close();
    await this.queue.close();
  }

  /** Hears of what happens from now on: of all of it, though the first question is on its way later. */
  private async listening(): Promise<QueueEvents> {
    if (this.events) return this.events;
    const { redis, prefix, queue } = this.options;
    const [last] = await redis.xrevrange(this.queue.toKey('events'), '+', '-', 'COUNT', 1);
    const from = { lastEventId: last?.[0] ?? '0-0' };
    const events = new QueueEvents(queue, { connection: redis.duplicate(), prefix, ...from });
    events.on('error', silent);
    this.events = events;
    await events.waitUntilReady();
    return events;
  }

  private async cancel(batch: { removeWaiting(): Promise<void> }): Promise<void> {
    const { redis, prefix, run } = this.options;
    // Where Redis has no room for that, the jobs in hand are finished.
    await cancelRun(redis, prefix, run).catch((error) => {
      if (!isFull(error)) throw error;
    });
    await batch.removeWaiting();
  }
}

/** What the connection has to say, it says where it was made. */
const silent = () => {};
