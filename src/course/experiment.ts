import type { Dataset } from '../data/dataset.js';
import type { Part } from './blocks.js';
import type { ExperimentName, Note } from './contents.js';

/** Named numbers, as printed by `--json`. */
export type Finding = number | readonly number[] | Readonly<Record<string | number, number>>;

/** Expected results of an experiment, with tolerances. */
export interface Expectation {
  readonly value: Finding;
  /** The absolute tolerance, for all numbers or by name; 0 for exact. */
  readonly within: number | ((name: string) => number);
}

/** What an experiment has access to. */
export interface Setting {
  /** The cat set or the embedded set, for those that ask for pictures. */
  readonly pictures: () => Pictures;
  /** Whether the backend computes in double precision. */
  readonly exact: boolean;
  readonly signal?: AbortSignal;
  /** Reports progress from 0 to 1. */
  readonly onProgress: (share: number) => void;
}

export interface Pictures {
  readonly dataset: Dataset;
  /** Whether this is the course's cat set, for which reference numbers exist. */
  readonly areCats: boolean;
  /** Index of the training picture to show. */
  readonly index: number;
  /** The user's picture, resized to the size of the set, as R G B bytes. */
  readonly own?: { readonly name: string; readonly data: Uint8Array };
}

export interface Outcome {
  readonly found: Readonly<Record<string, Finding>>;
  readonly expected: Readonly<Record<string, Expectation>>;
  /** Figures, tables and text. */
  readonly blocks: readonly Part[];
}

/** Reproduces something a note builds or shows, including its numbers. */
export interface Experiment {
  readonly name: ExperimentName;
  readonly note: Note;
  /** Whether it is about the course's pictures. */
  readonly asksForPictures?: true;
  /** Whether it trains for seconds: two such are faster in processes of their own. */
  readonly isLong?: true;
  readonly title: string;
  /** A short description. */
  readonly text: readonly string[];
  /** Equations in TeX. */
  readonly equations: readonly string[];
  /** The code shown in the report: declarations by name, from files in src/. */
  readonly code: readonly { readonly file: string; readonly names: readonly string[] }[];
  run(setting: Setting): Promise<Outcome>;
}

/** The result, as printed by `--json`. */
export interface Result {
  readonly found: Readonly<Record<string, Finding>>;
  readonly expected: Readonly<Record<string, Finding>>;
  readonly passed: boolean;
  readonly seconds: number;
}

/** A result, with what to show of it. */
export interface Shown extends Result {
  readonly blocks: readonly Part[];
}

/** Runs an experiment and compares its results with the expected ones. */
export async function runExperiment(experiment: Experiment, setting: Setting): Promise<Shown> {
  const start = performance.now();
  const outcome = await experiment.run(setting);
  const seconds = (performance.now() - start) / 1000;
  const { found, blocks } = outcome;
  const expected = Object.entries(outcome.expected);
  return {
    found,
    expected: Object.fromEntries(expected.map(([name, { value }]) => [name, value])),
    passed: expected.every(([name, { value, within }]) => isNear(found[name], value, within)),
    seconds,
    blocks,
  };
}

/** Whether both have the same names and every number is within its tolerance. */
export function isNear(
  found: Finding | undefined,
  expected: Finding,
  within: Expectation['within'],
): boolean {
  const [a, b] = [numbersOf(found), numbersOf(expected)];
  const reach = typeof within === 'number' ? () => within : within;
  return (
    a.length === b.length &&
    b.every(([name, value], i) => a[i][0] === name && Math.abs(a[i][1] - value) <= reach(name))
  );
}

/** Names and values; a list uses its indices as names. */
export const numbersOf = (finding: Finding | undefined): [name: string, value: number][] => {
  if (finding === undefined) return [];
  return typeof finding === 'number' ? [['', finding]] : Object.entries(finding);
};
