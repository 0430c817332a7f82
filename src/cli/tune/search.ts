import { bestFirst, halving, type Ranked, type Rung } from '../../training/search/halving.js';
import type { TrainOptions } from '../commands/train.js';
import { progressBar } from '../progress.js';
import type { Result } from './journal.js';
import { type Around, type Failure, RungJobs } from './rungJobs.js';
import { candidateText, reached, variedIn } from './words.js';

/** Where a search stands: on which rung, with which of its candidates. */
interface Place {
  readonly rung: number;
  /** From 1. */
  readonly at: number;
}

/**
 * Trains every candidate on the first rung, the best on the next: with a bar, and a line for each, in their
 * order, whichever is done first.
 *
 * @returns those with results, the best first, and those whose jobs failed.
 */
export async function search(
  candidates: readonly TrainOptions[],
  rungs: readonly Rung[],
  unit: string,
  around: Around,
): Promise<{ ranked: Ranked<TrainOptions>[]; failures: readonly Failure[] }> {
  const { journal, signal } = around;
  const varied = variedIn(candidates);
  const bar = await progressBar(workOf(rungs));
  let place: Place = { rung: 0, at: 0 };
  const jobs = new RungJobs(candidates, around, (done, epochs, budget) => {
    const before = rungs[place.rung - 1]?.budget ?? 0;
    const own = done.reduce((sum, one) => sum + Math.max(0, one - before), 0);
    const work = workBefore({ ...place, at: 1 }, rungs) + own;
    bar.update(work, figures(place, rungs, journal.latest(), [unit, epochs, budget]));
  });
  const score = async (candidate: TrainOptions, budget: number, index: number) => {
    place = next(place, rungs, budget);
    const known = jobs.isKnown(index, budget);
    const found = await jobs.result(index, budget);
    const name = `${placeText(place, rungs)}: ${candidateText(candidate, varied)}`;
    if ('error' in found) bar.say(`${name}: ${failureText(found)}`);
    if ('error' in found || known) return 'error' in found ? undefined : found.score;
    const ended = found.done < budget && found.metrics ? ', stopped early' : '';
    const length = `${found.done} ${unit}${found.done === 1 ? '' : 's'}`;
    bar.say(`${name}: ${reached(found)} after ${length}${ended}`);
    return found.score;
  };
  const onRung = (indices: readonly number[], budget: number) => jobs.start(indices, budget);
  const onOut = (index: number) => (signal.aborted ? undefined : journal.drop(index));
  try {
    const ranked = await halving(candidates, rungs, { score, onRung, onOut });
    const { failures } = jobs;
    return { ranked: ranked.filter(({ index, budget }) => journal.find(index, budget)), failures };
  } finally {
    bar.stop();
  }
}

const failureText = ({ error, attempts }: Failure) =>
  `failed${attempts > 1 ? ` ${attempts} times` : ''}: ${error}`;

function next({ rung, at }: Place, rungs: readonly Rung[], budget: number): Place {
  return rungs[rung].budget === budget ? { rung, at: at + 1 } : { rung: rung + 1, at: 1 };
}

/** Epochs of all candidates together. */
const workOf = (rungs: readonly Rung[]): number =>
  rungs.reduce(
    (sum, { count, budget }, i) => sum + count * (budget - (rungs[i - 1]?.budget ?? 0)),
    0,
  );

const workBefore = ({ rung, at }: Place, rungs: readonly Rung[]): number =>
  workOf(rungs.slice(0, rung)) + (at - 1) * (rungs[rung].budget - (rungs[rung - 1]?.budget ?? 0));

/** Candidate 3 of 12; with halving also the round. */
function placeText({ rung, at }: Place, rungs: readonly Rung[]): string {
  const text = `candidate ${at} of ${rungs[rung].count}`;
  return rungs.length === 1 ? `C${text.slice(1)}` : `Round ${rung + 1} of ${rungs.length}, ${text}`;
}

/** What stands beside the bar: where the search is, and the best so far. */
export function figures(
  place: Place,
  rungs: readonly Rung[],
  results: readonly Result[],
  [unit, done, budget]: readonly [string, number, number],
): string[] {
  const [best] = [...results].sort(bestFirst);
  return [
    placeText(place, rungs),
    ...(best?.metrics ? [`best ${reached(best)}`] : []),
    `${unit} ${done} of ${budget}`,
  ];
}

/** Results as a search ranks them: for a table of one that was stopped. */
export const rankedSoFar = (
  candidates: readonly TrainOptions[],
  results: readonly Result[],
): Ranked<TrainOptions>[] =>
  results
    .map(({ index, score, budget }) => ({ candidate: candidates[index], index, score, budget }))
    .sort((a, b) => b.budget - a.budget || bestFirst(a, b));
