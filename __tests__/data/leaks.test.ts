import { expect, test } from '@jest/globals';
import { leakBetween } from '../../src/data/leaks.js';
import { inMemory, type SampleSet } from '../../src/data/sampleSet.js';

const setOf = (values: Uint8Array | Float32Array, size: number): SampleSet =>
  inMemory(values, {
    shape: [size],
    targets: { kind: 'numbers', values: new Float64Array(values.length / size), names: ['y'] },
    origin: String,
  });

test('counts the samples of the test set that are in the training set', () => {
  const train = setOf(Uint8Array.of(1, 2, 3, 4, 5, 6), 2);
  expect(leakBetween(train, setOf(Uint8Array.of(3, 4, 9, 9, 3, 4, 2, 1), 2))).toBe(2);
  expect(leakBetween(train, setOf(Uint8Array.of(2, 3, 4, 5), 2))).toBe(0);
});

test('looks at all of them, some at a time', () => {
  const train = setOf(
    Float32Array.from({ length: 3000 }, (_, i) => i / 7),
    3,
  );
  const held = setOf(
    Float32Array.from({ length: 1800 }, (_, i) => (i + 1500) / 7),
    3,
  );
  // samples start at every third number: 500 … 999 are shared
  expect(leakBetween(train, held)).toBe(500);
});

test('samples of the same hash are compared byte by byte', () => {
  // FNV-1a of 32 bits: 'costarring' and 'liquid' collide, and so do 'declinate' and 'macallums'.
  const word = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  expect(leakBetween(setOf(word('declinate'), 9), setOf(word('macallums'), 9))).toBe(0);
  expect(leakBetween(setOf(word('declinate'), 9), setOf(word('declinate'), 9))).toBe(1);
});
