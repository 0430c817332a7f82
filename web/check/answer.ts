import type { GradientReport } from '../../src/oracle/report.js';

/** What comes of a check. */
export type Answer = { readonly report: GradientReport } | { readonly problem: Problem };

/** What the code prints meanwhile. */
export interface Printed {
  readonly printed: string;
}

/** Why there is no report. */
export interface Problem {
  readonly sentence: string;
  /** The line of the code where it is, from 1. */
  readonly line?: number;
  /** The browser refuses to read the code, and does not say where. */
  readonly unread?: boolean;
}

/** What a worker says once it is able to check. */
export const ready = 'ready';
