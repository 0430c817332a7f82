import type { SampleSet } from './sampleSet.js';

/**
 * How many samples of the test set are in the training set too, byte for byte: what a network has seen
 * does not test it.
 */
export function leakBetween(train: SampleSet, test: SampleSet): number {
  const places = new Map<number, number[]>();
  eachSample(train, (bytes, i) => {
    const hash = hashOf(bytes);
    const same = places.get(hash);
    if (same) same.push(i);
    else places.set(hash, [i]);
  });
  let leaks = 0;
  eachSample(test, (bytes) => {
    const candidates = places.get(hashOf(bytes)) ?? [];
    if (candidates.some((i) => isEqual(bytesOf(train, [i]), bytes))) leaks++;
  });
  return leaks;
}

const chunk = 256;

/** Takes the samples some at a time: they may lie on disk. */
function eachSample(set: SampleSet, use: (bytes: Uint8Array, i: number) => void): void {
  for (let from = 0; from < set.m; from += chunk) {
    const count = Math.min(chunk, set.m - from);
    const bytes = bytesOf(
      set,
      Array.from({ length: count }, (_, i) => from + i),
    );
    const size = bytes.length / count;
    for (let i = 0; i < count; i++) use(bytes.subarray(i * size, (i + 1) * size), from + i);
  }
}

function bytesOf(set: SampleSet, indices: readonly number[]): Uint8Array {
  const { buffer, byteOffset, byteLength } = set.take(indices);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** FNV-1a. Source: G. Fowler, L. C. Noll, K.-P. Vo, draft-eastlake-fnv. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

const isEqual = (a: Uint8Array, b: Uint8Array) =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
