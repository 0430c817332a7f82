import { Redis } from 'ioredis';
import { JobError } from '../../core/errors.js';
import { codeOf } from '../../files/disk.js';

export type { Redis };

/** BullMQ's own least version. */
const leastVersion = [6, 2] as const;
const connectMs = 10_000;

/** Where Redis is: `shown` is for eyes, without user and password. */
export interface Address {
  readonly url: string;
  readonly shown: string;
}

/** @throws JobError for what is no address of a Redis */
export function addressOf(text: string): Address {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') {
    throw new JobError(
      'The address of Redis is no URL such as redis://HOST:6379 or rediss://:PASSWORD@HOST:6379/0.',
    );
  }
  const database = url.pathname.length > 1 ? url.pathname : '';
  return { url: text, shown: `${url.protocol}//${url.hostname}:${url.port || 6379}${database}` };
}

/**
 * A connection that waits for Redis where that goes away, once it was there. `onTrouble` is told when it has
 * gone and, with nothing, when it is back.
 *
 * @throws JobError in one sentence where it cannot be used: nobody listens, the password, the version
 */
export async function connect(
  { url, shown }: Address,
  onTrouble: (why?: string) => void = () => {},
): Promise<Redis> {
  const redis = new Redis(url, {
    ...{ lazyConnect: true, maxRetriesPerRequest: null, connectTimeout: connectMs },
    retryStrategy: (times) => (isThere ? Math.min(100 * times, 2000) : null),
  });
  let isThere = false;
  let isGone = false;
  let last: unknown;
  redis.on('error', (error) => {
    last = error;
    if (isThere && !isGone) onTrouble(`Redis at ${shown} ${reasonOf(error)}; it is waited for.`);
    isGone ||= isThere;
  });
  redis.on('close', () => {
    if (isThere && !isGone && redis.status !== 'end') {
      onTrouble(`Redis at ${shown} is gone; it is waited for.`);
      isGone = true;
    }
  });
  redis.on('ready', () => {
    if (isGone) onTrouble();
    isGone = false;
  });
  try {
    await redis.connect();
    await assertVersion(redis, shown);
  } catch (error) {
    redis.disconnect();
    if (error instanceof JobError) throw error;
    throw new JobError(
      `Redis at ${shown} ${reasonOf(/closed/.test(String(error)) ? last : error)}.`,
    );
  }
  isThere = true;
  return redis;
}

async function assertVersion(redis: Redis, shown: string): Promise<void> {
  const [, version = '0'] = /^redis_version:(\S+)/m.exec(await redis.info('server')) ?? [];
  const [major, minor = 0] = version.split('.').map(Number);
  const [needed, least] = leastVersion;
  if (major > needed || (major === needed && minor >= least)) return;
  throw new JobError(
    `Redis at ${shown} is version ${version}; jobs need ${leastVersion.join('.')} or later.`,
  );
}

/** What Redis did, for `Redis at … `: never in its own words where they may hold what we sent. */
function reasonOf(error: unknown): string {
  const { message = '' } = Object(error) as Error;
  if (/WRONGPASS|invalid password|invalid username/i.test(message)) return 'refuses the password';
  if (/NOAUTH/.test(message)) return 'wants a password: give it in HANDGRAD_REDIS';
  if (/NOPERM/.test(message)) return 'does not give this user the rights that jobs need';
  if (/^OOM /.test(message)) return full;
  return (
    reasons[codeOf(error) ?? ''] ?? 'does not answer as Redis does: is it rediss://, or redis://?'
  );
}

const untrusted =
  'has a certificate that is not trusted here: name the file of its authority in NODE_EXTRA_CA_CERTS';

const full = 'is full: give it more maxmemory, or keep data elsewhere with --store DIR';

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'is not there: nobody listens',
  ENOTFOUND: 'is not there: its host has no address',
  EAI_AGAIN: 'is not there: its host has no address now',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ETIMEDOUT: 'does not answer',
  ECONNRESET: 'ends the connection: is it rediss://, or redis://?',
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate of another host',
};

/** An error of a command as a sentence, where it is one of Redis' own; other errors as they are. */
export const asJobError = (error: unknown, redis: string): unknown =>
  isFull(error) ? new JobError(`${redis} ${full}.`) : error;

export const isFull = (error: unknown): boolean =>
  /^OOM |\bOOM command/.test(String(Object(error).message));
