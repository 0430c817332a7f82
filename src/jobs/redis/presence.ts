import type { Redis } from 'ioredis';
import { JobError } from '../../core/errors.js';
import { list, record, text, whole } from '../../core/schema.js';
import { parseJson } from '../../files/json.js';
import { type Fingerprint, fingerprintSchema } from '../fingerprint.js';

/** A job that a worker has in hand. */
export interface InHand {
  readonly run: string;
  readonly title: string;
  /** Milliseconds, of the worker's clock. */
  readonly since: number;
}

/** A worker that is there. */
export interface Presence {
  readonly host: string;
  readonly pid: number;
  readonly handgrad: string;
  readonly concurrency: number;
  readonly fingerprints: readonly Fingerprint[];
  readonly jobs: readonly InHand[];
  /** What the worker's clock says, to tell how long a job is in hand. */
  readonly now: number;
}

const ms = whole(0, Number.MAX_SAFE_INTEGER);
const schema = record<Presence>({
  host: text(300),
  pid: ms,
  handgrad: text(100),
  concurrency: ms,
  fingerprints: list(fingerprintSchema, 100),
  jobs: list(record<InHand>({ run: text(200), title: text(300), since: ms }), 10_000),
  now: ms,
});

/** Who has not been heard of for so long is gone. */
const goneAfter = 20;
export const sayEvery = 5000; // milliseconds

const setOf = (prefix: string) => `${prefix}:workers`;
const keyOf = (prefix: string, id: string) => `${prefix}:worker:${id}`;

export async function sayPresence(
  redis: Redis,
  prefix: string,
  id: string,
  one: Presence,
): Promise<void> {
  await redis
    .pipeline()
    .set(keyOf(prefix, id), JSON.stringify(one), 'EX', goneAfter)
    .sadd(setOf(prefix), id)
    .exec();
}

export async function sayGone(redis: Redis, prefix: string, id: string): Promise<void> {
  await redis.pipeline().del(keyOf(prefix, id)).srem(setOf(prefix), id).exec();
}

/** The workers that are there, in the order of their hosts. */
export async function workersAt(redis: Redis, prefix: string): Promise<Presence[]> {
  const found: Presence[] = [];
  for (const id of await redis.smembers(setOf(prefix))) {
    const said = await redis.get(keyOf(prefix, id));
    if (said === null) await redis.srem(setOf(prefix), id);
    else found.push(schema(parseJson(said, 'What a worker says', JobError), 'A worker'));
  }
  return found.sort((a, b) => a.host.localeCompare(b.host) || a.pid - b.pid);
}
