import { ValueError } from '../core/errors.js';
import { assertOptions, inWords, type Names } from '../core/options.js';
import type { Logs } from './history.js';

export type Called = void | Promise<void>;

/**
 * Functions that a run calls, with TensorFlow.js's names. A run waits for what they return. `logs`
 * holds what the history has of the epoch, and the cost as `loss` too, as there.
 */
export interface Callbacks {
  readonly onTrainBegin?: (logs?: Logs) => Called;
  readonly onTrainEnd?: (logs?: Logs) => Called;
  readonly onEpochBegin?: (epoch: number, logs?: Logs) => Called;
  readonly onEpochEnd?: (epoch: number, logs?: Logs) => Called;
  readonly onBatchBegin?: (batch: number, logs?: Logs) => Called;
  /** `logs` holds the batch's number, its size and its cost before the step. */
  readonly onBatchEnd?: (batch: number, logs?: Logs) => Called;
}

const callbackNames: Names<Callbacks> = {
  ...{ onTrainBegin: true, onTrainEnd: true, onEpochBegin: true, onEpochEnd: true },
  ...{ onBatchBegin: true, onBatchEnd: true },
};

/** One object of callbacks, or several. @throws ValueError for another name or no function. */
export function callbackList(given: Callbacks | readonly Callbacks[] = []): readonly Callbacks[] {
  const list = Array.isArray(given) ? given : [given as Callbacks];
  for (const callbacks of list) {
    assertOptions('callbacks', callbacks, callbackNames);
    for (const [name, f] of Object.entries(callbacks)) {
      if (f === undefined || typeof f === 'function') continue;
      throw new ValueError(`callbacks: ${name} is ${inWords(f)}; give a function.`);
    }
  }
  return list;
}

/** Whether one of these is among the callbacks. */
export const has = (list: readonly Callbacks[], ...names: (keyof Callbacks)[]): boolean =>
  list.some((callbacks) => names.some((name) => callbacks[name] !== undefined));

/** Calls them one after the other, and waits for each. */
export async function call<Name extends keyof Callbacks>(
  list: readonly Callbacks[],
  name: Name,
  ...args: Parameters<NonNullable<Callbacks[Name]>>
): Promise<void> {
  for (const callbacks of list) {
    const f = callbacks[name] as ((...args: unknown[]) => Called) | undefined;
    await f?.(...args);
  }
}

/** With the cost as `loss`, and val_cost as `val_loss`, the names of TensorFlow.js. */
export function withLosses(logs: Logs): Logs {
  const { cost, val_cost } = logs;
  return {
    ...logs,
    ...(cost !== undefined && { loss: cost }),
    ...(val_cost !== undefined && { val_loss: val_cost }),
  };
}
