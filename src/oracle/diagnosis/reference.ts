import type { NdArray } from '../../float64/array.js';
import type { Value } from '../recording.js';
import type { Stage } from './stage.js';

/** Something of the forward or the backward pass that may stand in an operation of the backward pass. */
export interface Reference {
  readonly kind: 'value' | 'derivative' | 'gradient';
  readonly key: string;
  /** For the k-th of n occurrences of an operation; undefined where there is none. */
  pick(stage: Stage, k: number, n: number): NdArray | undefined;
}

/** Which of r values goes with the k-th of n occurrences. */
interface Mode {
  readonly name: string;
  index(k: number, n: number, r: number): number;
}

const modes: readonly Mode[] = [
  { name: 'same', index: (k) => k },
  { name: 'reverse', index: (k, _n, r) => r - 1 - k },
  { name: 'same + 1', index: (k) => k + 1 },
  { name: 'same - 1', index: (k) => k - 1 },
  { name: 'reverse + 1', index: (k, _n, r) => r - k },
  { name: 'reverse - 1', index: (k, _n, r) => r - 2 - k },
];
const alone: readonly Mode[] = [{ name: 'only', index: () => 0 }];
const ends: readonly Mode[] = [
  { name: 'last', index: (_k, _n, r) => r - 1 },
  { name: 'first', index: () => 0 },
];

const modesFor = (n: number, r: number) => (r === 1 ? alone : n === 1 ? ends : modes);

/** All that the k-th of n occurrences may refer to. Those that are the same everywhere are listed once. */
export function referencesFor(stage: Stage, n: number): readonly Reference[] {
  const known = cache.get(stage)?.get(n);
  if (known) return known;
  const found: Reference[] = [];
  const seen = new Set<string>();
  const add = (reference: Reference) => {
    const picked = Array.from({ length: n }, (_, k) => reference.pick(stage, k, n));
    if (picked.every((value) => value === undefined)) return;
    const identity = picked.map((value) => (value ? idOf(value) : '-')).join();
    if (seen.has(identity)) return;
    seen.add(identity);
    found.push(reference);
  };
  for (const [key, values] of stage.sequences) {
    for (const mode of modesFor(n, values.length)) {
      add({
        kind: 'value',
        key: `${key} ${mode.name}`,
        pick: (stage, k, n) => {
          const sequence = stage.sequences.get(key);
          return sequence?.[mode.index(k, n, sequence.length)];
        },
      });
    }
  }
  for (const [key, spans] of stage.spans()) {
    for (const mode of modesFor(n, spans.length)) {
      add({
        kind: 'derivative',
        key: `${key} ${mode.name}`,
        pick: (stage, k, n) =>
          stage.derivative(key, mode.index(k, n, stage.spans().get(key)?.length ?? 0)),
      });
    }
  }
  cache.set(stage, (cache.get(stage) ?? new Map()).set(n, found));
  return found;
}

const cache = new WeakMap<Stage, Map<number, readonly Reference[]>>();

const ids = new WeakMap<object, number>();
let next = 0;
function idOf(value: NdArray | Value): number {
  const known = ids.get(value);
  if (known !== undefined) return known;
  ids.set(value, next);
  return next++;
}
