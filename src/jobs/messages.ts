import {
  anything,
  either,
  oneOf,
  optional,
  record,
  type Schema,
  text,
  whole,
} from '../core/schema.js';
import { type Handed, handedSchema } from './handed.js';

/*
 * What a process and a child of it say to each other over Node's channel: JSON, and bytes beside it. Both check
 * what they hear: a child may be what is left of one that ran out of memory.
 */

/** Do a job, or stop it. */
export type Order = Asked | Stop;
interface Asked {
  readonly id: number;
  readonly kind: string;
  readonly task: unknown;
  readonly given?: Handed;
}
interface Stop {
  readonly stop: number;
}

/** It is ready; a job has come so far, is done, has failed, or was stopped. */
export type Report =
  | { readonly ready: true }
  | { readonly id: number; readonly progress: unknown }
  | { readonly id: number; readonly done: unknown; readonly made?: Handed }
  | { readonly id: number; readonly failed: string; readonly isFinal: boolean }
  | { readonly id: number; readonly stopped: true };

const id = whole(1, Number.MAX_SAFE_INTEGER);
const longest = 4000;

const order: Schema<Order> = either(
  record<Asked>({ id, kind: text(100), task: anything, given: optional(handedSchema) }),
  record<Stop>({ stop: id }),
);

const report: Schema<Report> = either(
  either(
    record<{ id: number; done: unknown; made?: Handed }>({
      ...{ id, done: anything, made: optional(handedSchema) },
    }),
    record<{ id: number; progress: unknown }>({ id, progress: anything }),
  ),
  either(
    record<{ id: number; failed: string; isFinal: boolean }>({
      ...{ id, failed: text(longest), isFinal: oneOf(true, false) },
    }),
    either(
      record<{ id: number; stopped: true }>({ id, stopped: oneOf(true) }),
      record<{ ready: true }>({ ready: oneOf(true) }),
    ),
  ),
);

export const orderFrom = (value: unknown): Order => order(value, 'The order');
export const reportFrom = (value: unknown): Report => report(value, 'The report');

/** A message that is not too long for its field. */
export const shortened = (message: string): string =>
  message.length < longest ? message : `${message.slice(0, longest - 1)}…`;
