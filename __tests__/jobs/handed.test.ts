import { describe, expect, test } from '@jest/globals';
import { JobError, ValueError } from '../../src/core/errors.js';
import { HandedStore, Handing, handedSchema } from '../../src/jobs/handed.js';
import { MemoryStore } from '../../src/jobs/memoryStore.js';
import { type Hash, hashOf } from '../../src/jobs/store.js';
import { momentKind, sumKind, well } from './support/sums.js';

const bytes = (...values: number[]) => Uint8Array.from(values);

test('a job reads what was handed to it, then what it put, then what lies behind; it gives back its own alone', async () => {
  const behind = new MemoryStore();
  const old = await behind.put(bytes(1));
  const given = bytes(2);
  const store = new HandedStore([[hashOf(given), given]], behind);
  const own = await store.put(bytes(3));
  for (const [hash, value] of [[old, 1], [hashOf(given), 2], [own, 3]] as const) {
    expect([await store.has(hash), ...(await store.get(hash))]).toEqual([true, value]);
  } // biome-ignore format: a table
  expect(store.made).toEqual([[own, bytes(3)]]);
  expect(await behind.has(own)).toBe(false);
  await store.drop(own);
  expect([await store.has(own), store.made]).toEqual([false, []]);
  await expect(store.get(own)).rejects.toThrow('does not hold');
});

describe('handing', () => {
  class Counted extends MemoryStore {
    reads = 0;

    override get(hash: Hash): Promise<Uint8Array> {
      this.reads++;
      return super.get(hash);
    }
  }

  test('the jobs of a step read what they share once; kinds that keep their bytes are handed nothing', async () => {
    const store = new Counted();
    const [needs, next] = [await store.put(bytes(1, 2)), await store.put(bytes(3))];
    const handing = new Handing(store);
    const given = (hash: Hash, kind = momentKind) => handing.given(kind, { ...well(1), needs: hash }); // biome-ignore format: one line
    const both = await Promise.all([given(needs), given(needs)]);
    expect([both, store.reads]).toEqual([[[[needs, bytes(1, 2)]], [[needs, bytes(1, 2)]]], 1]);
    expect(await given(next)).toEqual([[next, bytes(3)]]);
    expect(await given(needs, sumKind)).toBeUndefined();
    expect(store.reads).toBe(2);
  });

  test('what is not there is a job without what it needs, and is looked for again', async () => {
    const store = new MemoryStore();
    const handing = new Handing(store);
    const task = { ...well(1), needs: hashOf(bytes(9)) };
    const given = handing.given(momentKind, task);
    await expect(given).rejects.toThrow(JobError);
    await expect(given).rejects.toThrow(/^A worker lacks what the job needs: this process/);
    await store.put(bytes(9));
    expect(await handing.given(momentKind, task)).toEqual([[task.needs, bytes(9)]]);
  });

  test('a result whose bytes did not come, or are others, is none', async () => {
    const store = new MemoryStore();
    const handing = new Handing(store);
    const result = { sum: 1, pid: 1, bytes: hashOf(bytes(5)) };
    await handing.take(momentKind, result, [[result.bytes, bytes(5)]]);
    expect(await store.get(result.bytes)).toEqual(bytes(5));
    for (const made of [undefined, [], [[result.bytes, bytes(6)]]] as const) {
      await expect(handing.take(momentKind, result, made)).rejects.toThrow(
        'Its process did not give what its result names.',
      );
    }
    await handing.take(sumKind, result, undefined); // it lies in a file
  });
});

test.each([
  ['no list', {}],
  ['no pair', [[hashOf(bytes(1))]]],
  ['no hash', [['../secret', bytes(1)]]],
  ['words in the place of bytes', [[hashOf(bytes(1)), 'bytes']]],
  ['numbers of more than a byte', [[hashOf(bytes(1)), Float32Array.of(1)]]],
  ['more than anybody hands', Array.from({ length: 17 }, () => [hashOf(bytes(1)), bytes(1)])],
])('%s: refused', (_, value) => {
  expect(() => handedSchema(value, 'The order.given')).toThrow(ValueError);
  expect(() => handedSchema(value, 'The order.given')).toThrow(/^The order\.given/);
});
