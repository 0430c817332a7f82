import type { Dataset } from '../data/dataset.js';
import type { Block } from '../report/blocks.js';
import type { ExperimentName, Note } from './contents.js';

/** Numbers by name, as `--json` prints them. */
export type Finding = number | readonly number[] | Readonly<Record<string | number, number>>;

/** What an experiment should find, and how far from it is near enough. */
export interface Expectation {
  readonly value: Finding;
  /** The largest distance of a number from its own, for all or by its name; 0 for the same. */
  readonly within: number | ((name: string) => number);
}

/** What an experiment works with. */
export interface Setting {
  /** The cats, or the embedded set; asked for by those that need them. */
  readonly pictures: () => Promise<Pictures>;
  /** Whether the backend computes in double precision. */
  readonly exact: boolean;
  readonly signal?: AbortSignal;
  /** The share that is done, from 0 to 1. */
  readonly onProgress: (share: number) => void;
}

export interface Pictures {
  readonly dataset: Dataset;
  /** Whether they are the course's cats, whose numbers are known. */
  readonly areCats: boolean;
  /** Which training picture to show. */
  readonly index: number;
  /** A picture of one's own in the size of the set, in bytes R G B. */
  readonly own?: { readonly name: string; readonly data: Uint8Array };
}

export interface Outcome {
  readonly found: Readonly<Record<string, Finding>>;
  readonly expected: Readonly<Record<string, Expectation>>;
  /** Figures, tables, and what there is to say of them. */
  readonly blocks: readonly Block[];
}

/** Something that a note builds or shows, run again with its numbers. */
export interface Experiment {
  readonly name: ExperimentName;
  readonly note: Note;
  readonly title: string;
  /** What it is about. */
  readonly text: readonly string[];
  /** In TeX. */
  readonly equations: readonly string[];
  /** The code that runs them: declarations by name, of files in src/. */
  readonly code: readonly { readonly file: string; readonly names: readonly string[] }[];
  run(setting: Setting): Promise<Outcome>;
}

/** What came out, as `--json` prints it. */
export interface Result {
  readonly found: Readonly<Record<string, Finding>>;
  readonly expected: Readonly<Record<string, Finding>>;
  readonly passed: boolean;
  readonly seconds: number;
}

/** Runs an experiment and holds what it found against what was expected. */
export async function runExperiment(
  experiment: Experiment,
  setting: Setting,
): Promise<Result & { readonly outcome: Outcome }> {
  const start = performance.now();
  const outcome = await experiment.run(setting);
  const seconds = (performance.now() - start) / 1000;
  const { found } = outcome;
  const expected = Object.entries(outcome.expected);
  return {
    found,
    expected: Object.fromEntries(expected.map(([name, { value }]) => [name, value])),
    passed: expected.every(([name, { value, within }]) => isNear(found[name], value, within)),
    seconds,
    outcome,
  };
}

/** The same names, and every number as near as it should be. */
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

/** Names and values; of a list the places are the names. */
export const numbersOf = (finding: Finding | undefined): [name: string, value: number][] => {
  if (finding === undefined) return [];
  return typeof finding === 'number' ? [['', finding]] : Object.entries(finding);
};
