import { hostname } from 'node:os';
import { Worker as BullWorker, type Job, UnrecoverableError } from 'bullmq';
import type { Redis } from 'ioredis';
import { JobError } from '../core/errors.js';
import type { Answer } from './childProcess.js';
import type { Fingerprint } from './fingerprint.js';
import { mixedQueueOf, queueOf } from './fingerprint.js';
import type { FolderStore } from './folderStore.js';
import { Handing } from './handed.js';
import { Hands } from './hands.js';
import type { AnyKind } from './kind.js';
import { sweepLaidOut } from './manifest.js';
import { KnownNeeds, lacking } from './needs.js';
import { fullMs, seldom, whenThereIsRoom } from './pace.js';
import type { Pool } from './pool.js';
import { isFull } from './redis/connect.js';
import { type Envelope, envelopeFrom, type Returned } from './redis/envelope.js';
import { redisIn } from './redis/submitted.js';
import { copy, type Store } from './store.js';

export interface WorkerOptions {
  readonly redis: Redis;
  readonly prefix: string;
  /** Where the bytes of jobs are that are not in the cache, and whether that is Redis. */
  readonly remote: Store;
  readonly blobs: Envelope['blobs'];
  /** Where the children look for them. */
  readonly cache: FolderStore;
  readonly kinds: ReadonlyMap<string, AnyKind>;
  readonly pool: Pool;
  readonly concurrency: number;
  /** One for each backend that works here. */
  readonly fingerprints: readonly Fingerprint[];
  readonly tell: (line: string) => void;
}

/** Who holds a job says so every few seconds; without a word for so long, another one gets it. */
const lockMs = 6000;
const stalledMs = 3000;
/** Machines may die with a job in hand; a job cannot kill one, as it runs in a child within limits. */
const mostDeaths = 50;
const sweepMs = 60_000;

/**
 * Takes jobs from Redis and hands each to a child. This process only waits, and so keeps its word to Redis;
 * the children never see it.
 *
 * @returns what stops it, once the jobs in hand are done.
 */
export async function startWorker(options: WorkerOptions): Promise<() => Promise<void>> {
  const { redis, prefix, concurrency, fingerprints, tell } = options;
  const hands = new Hands(redis, prefix, { concurrency, fingerprints });
  await hands.open();
  const around: Around = { ...options, hands, needs: new KnownNeeds(options.remote, options.cache), handing: new Handing(options.remote) }; // biome-ignore format: one line
  const workers = fingerprints.flatMap((by) =>
    [queueOf(by), mixedQueueOf(by)].map(
      (queue) =>
        new BullWorker(queue, (job: Job) => work(job, by, around), {
          ...{ connection: redis, prefix, concurrency },
          ...{ lockDuration: lockMs, stalledInterval: stalledMs, maxStalledCount: mostDeaths },
          runRetryDelay: fullMs,
        }),
    ),
  );
  const sweeping = setInterval(() => void sweep(around), sweepMs);
  let saidFull = 0;
  for (const worker of workers) {
    worker.on('error', (error) => {
      if (!isFull(error) || Date.now() - saidFull < 60_000) return;
      saidFull = Date.now();
      tell(`${redisIn(options)} is full: jobs wait until it has room.`);
    });
  }
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  return async () => {
    clearInterval(sweeping);
    await Promise.all(workers.map((worker) => worker.close()));
    await hands.close();
  };
}

interface Around extends WorkerOptions {
  readonly hands: Hands;
  readonly needs: KnownNeeds;
  readonly handing: Handing;
}

/** What was swept away is fetched again where it is needed. */
async function sweep({ cache, needs }: Around): Promise<void> {
  needs.forget();
  await cache.sweep();
  await sweepLaidOut(cache);
}

/** Does one job: what it throws is how the job fails. */
async function work(job: Job, by: Fingerprint, around: Around): Promise<Returned> {
  const { kinds, cache, remote, pool, hands, needs, handing } = around;
  const { envelope, kind, task } = checked(job, kinds);
  const { lasts } = kind;
  const tell = lasts === undefined ? around.tell : () => {};
  const title = `${envelope.run}: ${kind.title(task)}`;
  const hand = hands.take(envelope.run, kind.title(task));
  const start = performance.now();
  let unpin = () => {};
  tell(`Takes ${title}`);
  try {
    assertShared(envelope, around);
    const given = await handing.given(kind, task);
    const needed = kind.needs(task);
    unpin = cache.pin(await needs.fetch(given ? { ...needed, blobs: [] } : needed));
    const onProgress = seldom((value) => job.updateProgress(Object(value)));
    const asked = { kind: job.name, task, given };
    const answer = await pool.ask(asked, kind.process(task), hand.signal, onProgress);
    const { done, made } = doneIn(answer);
    const result = kind.assertResult(done);
    await whenThereIsRoom(hand.signal, () =>
      made ? handing.take(kind, result, made) : copy(kind.gives(result), cache, remote),
    );
    tell(`Done  ${title}, ${((performance.now() - start) / 1000).toFixed(1)} s`);
    return { result, by, host: hostname() };
  } catch (error) {
    around.tell(`Fails ${title}: ${(error as Error).message}`);
    throw error;
  } finally {
    hand.open();
    unpin();
  }
}

/** @throws JobError where the bytes lie where this worker does not look: another one may */
function assertShared({ blobs }: Envelope, options: Pick<WorkerOptions, 'blobs'>): void {
  if (blobs === options.blobs) return;
  throw new JobError(
    blobs === 'folder'
      ? `${lacking}: it lies in a folder that all share. Start the worker with the same --store.`
      : `${lacking}: it lies in Redis, and the worker looks in a folder. Start the worker without --store, or give the folder to both.`,
  );
}

/** What was read from Redis, and what it must be. @throws UnrecoverableError: no worker would take it */
function checked(job: Job, kinds: ReadonlyMap<string, AnyKind>) {
  try {
    const envelope: Envelope = envelopeFrom(job.data);
    const kind = kinds.get(envelope.kind);
    if (!kind || job.name !== envelope.kind) {
      throw new JobError(`There are no jobs called ${job.name} here.`);
    }
    return { envelope, kind, task: kind.assertTask(envelope.task) };
  } catch (error) {
    throw new UnrecoverableError((error as Error).message);
  }
}

function doneIn(answer: Answer): Extract<Answer, { done: unknown }> {
  if ('done' in answer) return answer;
  if ('stopped' in answer) throw new UnrecoverableError('It was cancelled.');
  throw answer.isFinal ? new UnrecoverableError(answer.failed) : new JobError(answer.failed);
}
