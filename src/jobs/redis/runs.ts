import type { Redis } from 'ioredis';
import { JobError } from '../../core/errors.js';
import { finite, optional, record, text, whole } from '../../core/schema.js';
import { parseJson } from '../../files/json.js';
import { keptSeconds } from './redisStore.js';

/** A run: jobs under one name, and what is needed to repeat it. */
export interface Run {
  readonly name: string;
  /** The kind of its jobs. */
  readonly kind: string;
  readonly queue: string;
  /** How it was asked for, as JSON of the command's own. */
  readonly asked: string;
  readonly handgrad: string;
  readonly host: string;
  /** Milliseconds, of the clock of who began it. */
  readonly began: number;
}

const schema = record<Run>({
  name: text(200),
  kind: text(100),
  queue: text(200),
  asked: text(1e6),
  handgrad: text(100),
  host: text(300),
  began: whole(0, Number.MAX_SAFE_INTEGER),
});

const setOf = (prefix: string) => `${prefix}:runs`;
const keyOf = (prefix: string, name: string) => `${prefix}:run:${name}`;
const jobsOf = (prefix: string, name: string) => `${prefix}:run:${name}:jobs`;
const progressKeyOf = (prefix: string, name: string) => `${prefix}:run:${name}:progress`;
const cancelledOf = (prefix: string, name: string) => `${prefix}:run:${name}:cancelled`;

/** Writes a run down; one of the same name stays as it began. */
export async function beginRun(redis: Redis, prefix: string, run: Run): Promise<void> {
  await redis
    .pipeline()
    .set(keyOf(prefix, run.name), JSON.stringify(run), 'EX', keptSeconds, 'NX')
    .expire(keyOf(prefix, run.name), keptSeconds)
    .sadd(setOf(prefix), run.name)
    .del(cancelledOf(prefix, run.name))
    .exec();
}

/** How far a run has come whose jobs leave no trace: by its own word. */
export interface RunProgress {
  readonly done: number;
  readonly total: number;
  /** Such as `epoch`. */
  readonly unit: string;
  /** Seconds. */
  readonly left?: number;
}

const progressSchema = record<RunProgress>({
  ...{ done: finite, total: finite, unit: text(100), left: optional(finite) },
});

export const sayProgress = (
  redis: Redis,
  prefix: string,
  name: string,
  progress: RunProgress,
): Promise<unknown> =>
  redis.set(progressKeyOf(prefix, name), JSON.stringify(progress), 'EX', keptSeconds);

export async function progressOf(
  redis: Redis,
  prefix: string,
  name: string,
): Promise<RunProgress | undefined> {
  const said = await redis.get(progressKeyOf(prefix, name));
  const place = `The progress of ${name}`;
  return said === null ? undefined : progressSchema(parseJson(said, place, JobError), place);
}

export async function addJobs(
  redis: Redis,
  prefix: string,
  name: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await redis
    .pipeline()
    .sadd(jobsOf(prefix, name), ...ids)
    .expire(jobsOf(prefix, name), keptSeconds)
    .exec();
}

export async function runAt(redis: Redis, prefix: string, name: string): Promise<Run | undefined> {
  const said = await redis.get(keyOf(prefix, name));
  return said === null
    ? undefined
    : schema(parseJson(said, `The run ${name}`, JobError), `The run ${name}`);
}

/** All runs that are kept, the last one first. */
export async function runsAt(redis: Redis, prefix: string): Promise<Run[]> {
  const found: Run[] = [];
  for (const name of await redis.smembers(setOf(prefix))) {
    const run = await runAt(redis, prefix, name);
    if (run) found.push(run);
    else await redis.srem(setOf(prefix), name);
  }
  return found.sort((a, b) => b.began - a.began);
}

export const jobIdsOf = (redis: Redis, prefix: string, name: string): Promise<string[]> =>
  redis.smembers(jobsOf(prefix, name));

/** Tells the workers to give up the jobs of a run that they have in hand. */
export const cancelRun = (redis: Redis, prefix: string, name: string): Promise<unknown> =>
  redis.set(cancelledOf(prefix, name), 1, 'EX', 3600);

export const isCancelled = async (redis: Redis, prefix: string, name: string): Promise<boolean> =>
  (await redis.exists(cancelledOf(prefix, name))) === 1;
