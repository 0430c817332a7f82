import { FolderStore } from '../../jobs/folderStore.js';
import { addressOf, connect, type Redis } from '../../jobs/redis/connect.js';
import { RedisStore } from '../../jobs/redis/redisStore.js';
import type { Store } from '../../jobs/store.js';
import { say, warn } from '../terminal.js';
import type { RedisOptions, SharingOptions } from './redisOptions.js';

/** Redis, and where the bytes of jobs are. */
export interface Shared {
  readonly redis: Redis;
  /** Its address for eyes. */
  readonly shown: string;
  readonly prefix: string;
  readonly remote: Store;
  readonly blobs: 'redis' | 'folder';
}

const usual = 'redis://127.0.0.1:6379';

/** Connects to Redis, and says when it goes and comes. @throws JobError */
export async function openRedis({ redis, prefix, store }: SharingOptions): Promise<Shared> {
  const given = typeof redis === 'string' ? redis : undefined;
  const address = addressOf(given ?? (process.env.HANDGRAD_REDIS || usual));
  if (given !== undefined && new URL(given).password !== '') {
    warn(
      'Whoever lists processes sees the password of --redis. Put the URL into the variable HANDGRAD_REDIS, and give --redis alone.',
    );
  }
  const { shown } = address;
  const connection = await connect(address, (why) => say(why ?? `Redis at ${shown} is back.`));
  return {
    ...{ redis: connection, shown, prefix },
    remote: store
      ? new FolderStore(store)
      : new RedisStore(connection, prefix, `Redis at ${shown}`),
    blobs: store ? 'folder' : 'redis',
  };
}

/** For a command that only looks. */
export async function withOpenRedis<T>(
  options: RedisOptions,
  look: (shared: Shared) => Promise<T>,
): Promise<T> {
  const shared = await openRedis(options);
  try {
    return await look(shared);
  } finally {
    shared.redis.disconnect();
  }
}
