import type { Subject } from '../subject.js';

/** What a module exports, by name. */
export type Exports = Readonly<Record<string, unknown>>;

/** A way to write a forward and a backward pass down. */
export interface Form {
  /** As a message says it. */
  readonly name: string;
  matches(exports: Exports): boolean;
  /**
   * The module as a subject of the check.
   *
   * @param module how it is called in a message: its path.
   * @throws CheckError where it does not keep to the form, with the cure.
   */
  subject(exports: Exports, module: string): Subject;
}

export type AnyFunction = (...args: readonly unknown[]) => unknown;

export const isFunction = (value: unknown): value is AnyFunction => typeof value === 'function';

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value);
