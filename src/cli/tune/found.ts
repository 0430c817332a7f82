import { JobError } from '../../core/errors.js';
import type { Ranked } from '../../training/search/halving.js';
import type { TrainOptions } from '../commands/train.js';
import type { TuneOptions } from '../commands/tune.js';
import type { Place } from '../train/saveSomewhere.js';
import { metricsJson } from '../train/scores.js';
import type { Journal } from './journal.js';
import type { Prepared } from './prepared.js';
import type { Outcome } from './results.js';
import type { Failure } from './rungJobs.js';
import type { Judgement } from './winner.js';
import { titles } from './words.js';

/** A search with what it has found. */
export interface Search extends Outcome {
  readonly options: TuneOptions;
  readonly prepared: Prepared;
  readonly journal: Journal;
}

/** One that ran to its end. */
export interface Found extends Search {
  readonly failures: readonly Failure[];
  /** Workers that round otherwise, or are of another version. */
  readonly mixed: readonly string[];
  /** The run's name, where workers did it. */
  readonly run?: string;
}

/** What is said at the end where candidates failed. */
export const notAll = (failures: readonly Failure[], { candidates, options }: Search) =>
  new JobError(
    `${failures.length} of ${candidates.length} candidates failed, and the best of the others is saved. Try them again: \`handgrad tune --resume ${options.save}\``,
  );

/** For the page: what was searched. */
export const aboutSearch = ({ options, prepared, candidates }: Search): [string, string][] => [
  ['data', prepared.data.name],
  ['search', options.search],
  ['candidates', String(candidates.length)],
  ['samples to train', String(prepared.data.train.m)],
  ['samples that choose', String(prepared.data.validation!.m)],
  ['seed', String(options.seed)],
  ['backend', prepared.backend.description],
];

/** For --json: every candidate, and the winner. */
export function jsonOf(
  { ranked, journal, prepared }: Search,
  report: string | undefined,
  winner?: {
    best: Ranked<TrainOptions>;
    parts: readonly Judgement[];
    command: string;
    place: Place;
  },
): object {
  const valuesOf = (candidate: TrainOptions) =>
    Object.fromEntries(Object.entries(candidate).filter(([name]) => name in titles));
  const candidates = ranked.map(({ candidate, index, budget }) => {
    const { curve, ...result } = journal.find(index, budget)!;
    return { ...valuesOf(candidate), ...result };
  });
  const { best, parts = [], command, place } = winner ?? {};
  return {
    ...{ backend: prepared.backend.name, candidates },
    ...(best && {
      best: { index: best.index, ...valuesOf(best.candidate) },
      metrics: Object.fromEntries(parts.map((part) => [part.name, metricsJson(part)])),
      ...{ model: place?.folder, train: command },
    }),
    report,
  };
}
