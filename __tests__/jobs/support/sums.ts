import { AbortError, HandgradError } from '../../../src/core/errors.js';
import { oneOf, optional, record, whole } from '../../../src/core/schema.js';
import type { JobKind } from '../../../src/jobs/kind.js';
import type { Outcome } from '../../../src/jobs/runner.js';
import { type Hash, hashSchema } from '../../../src/jobs/store.js';

/** A job that adds 1 to n up to `to`, and may be poisoned. */
export interface SumTask {
  readonly to: number;
  readonly how:
    | 'well'
    | 'throws'
    | 'refuses'
    | 'hangs'
    | 'eats'
    | 'eatsOutside'
    | 'exits'
    | 'lies'
    | 'waits'
    | 'bare';
  readonly needs?: Hash;
}
export interface SumResult {
  readonly sum: number;
  readonly pid: number;
  /** None where it is bare. */
  readonly bytes?: Hash;
}

export const well = (to: number): SumTask => ({ to, how: 'well' });
/** 1 + 2 + … + n */
export const gauss = (n: number) => (n * (n + 1)) / 2;
/** The sums, or why there is none. */
export const sumsOf = (outcomes: readonly Outcome<SumResult>[]) =>
  outcomes.map((one) => (one.status === 'done' ? one.result.sum : one.error));

const n = whole(0, 1e15);
const ways = [
  'well',
  'throws',
  'refuses',
  'hangs',
  'eats',
  'eatsOutside',
  'exits',
  'lies',
  'waits',
  'bare',
] as const;

export const sumKind: JobKind<SumTask, SumResult, { readonly at: number }> = {
  name: 'sum',
  assertTask: (value) =>
    record<SumTask>({ to: n, how: oneOf(...ways), needs: optional(hashSchema) })(value, 'The task'),
  assertResult: (value) =>
    record<SumResult>({ sum: n, pid: n, bytes: optional(hashSchema) })(value, 'The result'),
  assertProgress: (value) => record<{ at: number }>({ at: n })(value, 'The progress'),
  needs: ({ needs }) => ({ blobs: needs ? [needs] : [], manifests: [] }),
  gives: ({ bytes }) => (bytes ? [bytes] : []),
  title: ({ to }) => `the sum to ${to}`,
  process: () => 'any',
  async run({ to, how, needs }, { store, signal, progress }) {
    if (how !== 'well') await poison[how](signal);
    let sum = needs ? (await store.get(needs)).reduce((all, one) => all + one, 0) : 0;
    for (let i = 1; i <= to; i++) sum += i;
    if (how === 'bare') return { sum, pid: process.pid };
    progress({ at: to });
    const bytes = await store.put(new TextEncoder().encode(String(sum)));
    return { sum: how === 'lies' ? -1 : sum, pid: process.pid, bytes };
  },
};

/** The same, where what it needs and gives is soon of no use. */
export const momentKind: typeof sumKind = { ...sumKind, name: 'moment', lasts: 60 };

const kept: unknown[] = [];
const poison = {
  throws: () => Promise.reject(new TypeError('undefined is not a function')),
  refuses: () => Promise.reject(new HandgradError('This is no sum.')),
  hangs: async () => {
    for (;;); // not even a message is read
  },
  eats: async () => {
    for (;;) kept.push(new Array(1e5).fill(0).map((_, i) => ({ i })));
  },
  eatsOutside: async () => {
    for (;;) {
      kept.push(new Uint8Array(2 ** 24).fill(1));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  },
  exits: async () => process.exit(3),
  lies: async () => {},
  bare: async () => {},
  waits: (signal: AbortSignal) =>
    new Promise<void>((_, reject) => {
      signal.addEventListener('abort', () => reject(new AbortError('It was stopped.')));
    }),
} as const;
