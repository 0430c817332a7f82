import type { Values } from './array.js';
import { markPassing } from './memo.js';

/** Numbers of a tensor that were handed out while somebody's own code ran. */
export interface Loan {
  readonly dataId: object;
  /** What the tensor held. */
  readonly before: Values;
  /** What was handed out, as it is now. */
  readonly given: Values;
}

type Reads = 'live' | 'copies';

let loans: Map<object, Loan> | undefined;
let reads: Reads = 'live';
let onLoan: (() => void) | undefined;

/**
 * Runs somebody's own code, and gives besides its result what it read. `dataSync` hands out what it
 * does on the cpu backend of tfjs, numbers that are the tensor's own, so that a change in place is one
 * of the tensor; but the array that the tensor held before stays as it was, and with it all that the
 * backend remembers. With 'copies' a change in place changes no tensor.
 */
export function lending<T>(
  f: () => T,
  mode: Reads = 'live',
  seen?: () => void,
): { result: T; loans: Loan[] } {
  const outer = { loans, reads, onLoan };
  const own = new Map<object, Loan>();
  [loans, reads, onLoan] = [own, mode, seen];
  try {
    return { result: f(), loans: [...own.values()] };
  } finally {
    ({ loans, reads, onLoan } = outer);
  }
}

/** The values to hand out of a tensor: its own, or while `lending` runs those that are lent. */
export function lend(dataId: object, entry: { values: Values }): Values {
  if (!loans) return entry.values;
  const lent = loans.get(dataId);
  if (lent && reads === 'live') return lent.given;
  const given = entry.values.slice() as Values;
  // It may change: nothing that is computed from it is to be remembered.
  markPassing(given);
  if (!lent) {
    loans.set(dataId, { dataId, before: entry.values, given });
    onLoan?.();
  }
  if (reads === 'live') entry.values = given;
  return given;
}

/** Whether what was handed out is no longer what the tensor held. */
export const isChanged = ({ before, given }: Loan): boolean =>
  before.some((value, i) => !Object.is(value, given[i]));
