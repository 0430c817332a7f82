import type { NdArray } from '../../../float64/array.js';
import type { Value } from '../../recording.js';
import type { Stage } from './stage.js';

/** Something of the forward or the backward pass that may stand in an operation of the backward pass. */
export interface Reference {
  readonly kind: 'value' | 'derivative' | 'gradient';
  readonly key: string;
  /** How many times the gradient, where it is one. */
  readonly scale?: number;
  /** For the k-th of n occurrences of an operation; undefined where there is none. */
  pick(stage: Stage, k: number, n: number): NdArray | undefined;
}

/** Which of r values goes with the k-th of n occurrences. */
interface Mode {
  readonly name: string;
  index(k: number, n: number, r: number): number;
}

/** In the order of the iterations, and a step before or after. */
const along: readonly Mode[] = [
  { name: 'same', index: (k) => k },
  { name: 'same - 1', index: (k) => k - 1 },
  { name: 'same + 1', index: (k) => k + 1 },
];
/** Against it: the backward pass goes through a loop from its end. */
const against: readonly Mode[] = [
  { name: 'reverse', index: (k, _n, r) => r - 1 - k },
  { name: 'reverse + 1', index: (k, _n, r) => r - k },
  { name: 'reverse - 1', index: (k, _n, r) => r - 2 - k },
];
const alone: readonly Mode[] = [{ name: 'only', index: () => 0 }];
const ends: readonly Mode[] = [
  { name: 'last', index: (_k, _n, r) => r - 1 },
  { name: 'first', index: () => 0 },
];

function modesFor(stage: Stage, key: string, n: number, r: number): readonly Mode[] {
  if (r === 1) return alone;
  if (n === 1) return ends;
  if (key.startsWith('backward')) return along.slice(0, 2);
  return stage.isReversed() ? against : along;
}

/** All that the k-th of n occurrences may refer to. Those that are the same everywhere are listed once. */
export function referencesFor(stage: Stage, n: number): readonly Reference[] {
  const known = cache.get(stage)?.get(n);
  if (known) return known;
  const found: Reference[] = [];
  const seen = new Set<string>();
  const add = (reference: Reference) => {
    const picked = Array.from({ length: n }, (_, k) => reference.pick(stage, k, n));
    if (picked.every((value) => value === undefined)) return;
    // Of values with the same numbers one is enough.
    const identity = picked.map((value) => (value ? numbersOf(value) : '-')).join();
    if (seen.has(identity)) return;
    seen.add(identity);
    found.push(reference);
  };
  for (const [key, values] of stage.sequences) {
    for (const mode of modesFor(stage, key, n, values.length)) {
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
    for (const mode of modesFor(stage, key, n, spans.length)) {
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

/** The right gradients of the values of the forward pass, in the scales in which the code holds them. */
export function gradientsFor(stage: Stage, n: number): readonly Reference[] {
  const found: Reference[] = [];
  for (const [key, values] of stage.sequences) {
    if (key.startsWith('backward') || key.includes(' < ')) continue;
    for (const mode of modesFor(stage, key, n, values.length).slice(0, 1)) {
      for (const scale of stage.scales()) {
        found.push({
          kind: 'gradient',
          key: `${key} ${mode.name}`,
          scale,
          pick: (stage, k, n) => {
            const sequence = stage.sequences.get(key);
            const value = sequence?.[mode.index(k, n, sequence.length)];
            const gradient = value && stage.gradients().get(value);
            if (!gradient || scale === 1) return gradient;
            return { ...gradient, values: (gradient.values as Float64Array).map((v) => scale * v) };
          },
        });
      }
    }
  }
  return found;
}

const cache = new WeakMap<Stage, Map<number, readonly Reference[]>>();

/** A few of the numbers and the shape: enough to tell one value from another. */
function numbersOf({ values, shape }: NdArray | Value): string {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * (i + 1.5);
  return `${shape}:${sum}:${values[0]}:${values[values.length - 1]}`;
}
