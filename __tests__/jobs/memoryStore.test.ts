import { expect, test } from '@jest/globals';
import { DataError } from '../../src/core/errors.js';
import { MemoryStore } from '../../src/jobs/memoryStore.js';

test('bytes lie under their SHA-256 until they are dropped', async () => {
  const store = new MemoryStore();
  const bytes = new TextEncoder().encode('abc');
  const hash = await store.put(bytes);
  // FIPS 180-2, appendix B.1
  expect(hash).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect([await store.get(hash), await store.has(hash)]).toEqual([bytes, true]);
  await store.drop(hash);
  expect(await store.has(hash)).toBe(false);
  await expect(store.get(hash)).rejects.toThrow(DataError);
});
