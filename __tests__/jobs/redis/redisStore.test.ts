import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { DataError } from '../../../src/core/errors.js';
import { RedisStore } from '../../../src/jobs/redis/redisStore.js';
import { TestRedis, withRedis } from '../support/redis.js';

const megabyte = 2 ** 20;
const bytesOf = (length: number, seed: number) =>
  new Uint8Array(length).map((_, i) => (i * 31 + seed) % 251);

withRedis.describe('bytes in Redis', () => {
  let server: TestRedis;
  let redis: Redis;
  let store: RedisStore;
  beforeAll(async () => {
    server = await TestRedis.start();
    redis = server.client();
    store = new RedisStore(redis, 'test', 'Redis');
  });
  afterAll(async () => {
    redis?.disconnect();
    await server?.end();
  });
  const keysOf = (hash: string) => redis.keys(`test:blob:${hash}*`);

  test('of any length come back: none, a piece, more than go at once', async () => {
    for (const [seed, length] of [
      0,
      5,
      megabyte,
      megabyte + 1,
      8 * megabyte,
      19 * megabyte + 3,
    ].entries()) {
      for (const seconds of [undefined, 100]) {
        const bytes = bytesOf(length, seed + (seconds ?? 0));
        const hash = await store.put(bytes, seconds);
        expect(Buffer.compare(await store.get(hash), bytes)).toBe(0);
        expect(await store.has(hash)).toBe(true);
        await store.drop(hash);
        expect([await store.has(hash), await keysOf(hash)]).toEqual([false, []]);
      }
    }
  });

  test('last for days, or for as many seconds as is said; a use prolongs days', async () => {
    const [long, short] = [await store.put(bytesOf(9, 1)), await store.put(bytesOf(9, 2), 50)];
    expect(await redis.ttl(`test:blob:${long}:0`)).toBeGreaterThan(6 * 86_400);
    expect(await redis.ttl(`test:blob:${short}`)).toBeLessThanOrEqual(50);
    expect(await redis.ttl(`test:blob:${short}:0`)).toBeLessThanOrEqual(50);
    await redis.expire(`test:blob:${long}:0`, 100);
    expect(await store.has(long)).toBe(true);
    expect(await redis.ttl(`test:blob:${long}:0`)).toBeGreaterThan(6 * 86_400);
  });

  test('that are not there, lack a piece or were changed are refused', async () => {
    await expect(store.get('0'.repeat(64))).rejects.toThrow(/does not hold/);
    const hash = await store.put(bytesOf(3 * megabyte, 7));
    await redis.set(`test:blob:${hash}:1`, 'other');
    await expect(store.get(hash)).rejects.toThrow(/has another hash/);
    await redis.del(`test:blob:${hash}:1`);
    await expect(store.get(hash)).rejects.toThrow(DataError);
    await redis.set(`test:blob:${hash}`, 'many');
    await expect(store.get(hash)).rejects.toThrow(/does not hold/);
    await store.drop(hash); // what is no blob is no error
  });
});
