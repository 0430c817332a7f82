import { expect, test } from '@jest/globals';
import {
  difference,
  type Fingerprint,
  isSame,
  mixedQueueOf,
  queueOf,
} from '../../src/jobs/fingerprint.js';

const ours: Fingerprint = {
  ...{ handgrad: '1.2.3', schema: 1, backend: 'wasm', roundings: 'a'.repeat(64) },
};

test('whoever differs in anything has another queue; the mixed one asks for schema and backend alone', () => {
  const others = [
    { ...ours, handgrad: '1.2.4' },
    { ...ours, schema: 2 },
    { ...ours, backend: 'cpu' },
    { ...ours, roundings: 'b'.repeat(64) },
  ];
  const queues = [ours, ...others].map(queueOf);
  expect(new Set(queues).size).toBe(5);
  expect(others.map((one) => isSame(one, ours))).toEqual([false, false, false, false]);
  expect(isSame({ ...ours }, ours)).toBe(true);
  const mixed = others.map((one) => mixedQueueOf(one) === mixedQueueOf(ours));
  expect(mixed).toEqual([true, false, false, true]);
  expect(others.map((one) => difference([one], ours))).toEqual([
    'has handgrad 1.2.4',
    'has jobs of version 2',
    'lacks the wasm backend',
    'rounds otherwise on the wasm backend',
  ]);
});
