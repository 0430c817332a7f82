import * as tf from '@tensorflow/tfjs-core';
import type { Float64Backend } from '../float64/backend.js';
import { isChanged, type Loan, lending } from '../float64/loans.js';
import { FLOAT64 } from '../float64/name.js';
import type { Tensors } from './subject.js';
import { type Place, placeIn } from './thrown.js';

/** A tensor whose numbers a pass has changed in place, through the array that dataSync handed out. */
export interface Change {
  /** W2, X, or where it lies in the cache: A1, hs[3]. */
  readonly name: string;
  readonly by: 'forward' | 'backward';
  /** Whether it is a parameter, the data, or what the forward pass has left in the cache. */
  readonly is: 'input' | 'cached';
}

/** What is wanted to be known of a pass, and how it is to read. */
export interface Watch {
  /** 'copies': a change in place changes no tensor. Default: 'live', as on tfjs's cpu backend. */
  readonly reads?: 'live' | 'copies';
  changed?(change: Change): void;
  /** Called where the pass reads numbers back, with the user's line. */
  read?(place: Place | undefined): void;
}

/**
 * Runs a pass on numbers that are only lent to it: what it changes in place is changed for the rest of
 * the pass, as it is on tfjs's cpu backend, and what was the caller's is as before when it ends.
 */
export function borrowed<T>(
  by: Change['by'],
  run: () => T,
  inputs: Tensors,
  watch: Watch = {},
  cache?: unknown,
): T {
  if (tf.getBackend() !== FLOAT64) return run();
  const seen = watch.read && (() => watch.read?.(placeIn(new Error())));
  const { result, loans } = lending(run, watch.reads, seen);
  if (loans.length === 0) return result;
  const ofInput = new Map(Object.entries(inputs).map(([name, { dataId }]) => [dataId, name]));
  const ofCache = namesIn(cache);
  for (const loan of loans) {
    const input = ofInput.get(loan.dataId);
    const name = input ?? ofCache.get(loan.dataId);
    if (input !== undefined) (tf.backend() as Float64Backend).takeBack(loan);
    if (name === undefined || !watch.changed || !isChanged(loan)) continue;
    watch.changed({ name, by, is: input === undefined ? 'cached' : 'input' });
  }
  return result;
}

/** The tensors of a cache by their data: A1, layers[0].Z. */
function namesIn(cache: unknown): Map<Loan['dataId'], string> {
  const names = new Map<Loan['dataId'], string>();
  const look = (value: unknown, name: string, depth: number) => {
    if (value instanceof tf.Tensor) {
      if (!names.has(value.dataId)) names.set(value.dataId, name || 'the cache');
    } else if (typeof value === 'object' && value !== null && depth < 5) {
      const isList = Array.isArray(value);
      for (const [key, part] of Object.entries(value)) {
        const own = isList ? `${name || 'cache'}[${key}]` : name ? `${name}.${key}` : key;
        look(part, own, depth + 1);
      }
    }
  };
  look(cache, '', 0);
  return names;
}
