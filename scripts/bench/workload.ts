import type { About } from './process.js';
import type { Ratio } from './ratios.js';
import type { Timings } from './takeTurns.js';

/** What one line-up of contestants showed. */
export interface Measured {
  /** Its name in the JSON. */
  readonly name: string;
  readonly title: string;
  readonly timings: Timings;
  /** Floating point operations of an iteration's matrix products. */
  readonly work?: number;
  /** Where whole runs were timed: how many iterations one has. */
  readonly run?: number;
  /** Where it is a point of a growth: which axis it lies on, and where. */
  readonly point?: Point;
}

export interface Point {
  readonly axis: string;
  readonly x: number;
  /** Floating point operations of an iteration. */
  readonly work: number;
}

/** What runs the contestants, and who hears of it. */
export interface Stage {
  readonly rounds: number;
  /** Of whole runs. */
  readonly iterations: number;
  /** The Python command. */
  readonly python: string;
  /** The Python packages that are there, by the name of their import. */
  readonly packages: ReadonlySet<string>;
  /** A line for a person who waits. */
  say(line: string): void;
  /** What runs under the numbers: shown with them. */
  note(about: About): void;
}

export interface Workload {
  /** Whether it runs only where `--only` names it. */
  readonly isAsked?: boolean;
  measure(stage: Stage): Promise<readonly Measured[]>;
  ratios(measured: readonly Measured[]): readonly Ratio[];
}
