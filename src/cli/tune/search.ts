import { bestFirst, halving, type Ranked, type Rung } from '../../training/search/halving.js';
import type { TrainOptions } from '../commands/train.js';
import { progressBar } from '../progress.js';
import type { Result } from './journal.js';
import { type Around, trial } from './trial.js';
import { candidateText, reached, variedIn } from './words.js';

/** Where a search stands: on which rung, with which of its candidates. */
interface Place {
  readonly rung: number;
  /** From 1. */
  readonly at: number;
}

/** Trains every candidate on the first rung, the best on the next: with a bar, and a line for each. */
export async function search(
  candidates: readonly TrainOptions[],
  rungs: readonly Rung[],
  unit: string,
  around: Omit<Around, 'onEpoch'>,
): Promise<Ranked<TrainOptions>[]> {
  const { journal, signal } = around;
  const varied = variedIn(candidates);
  const bar = await progressBar(workOf(rungs));
  let place: Place = { rung: 0, at: 0 };
  const score = async (candidate: TrainOptions, budget: number, index: number) => {
    place = next(place, rungs, budget);
    const before = workBefore(place, rungs);
    const show = (epochs: number) => {
      const own = Math.max(0, epochs - (rungs[place.rung - 1]?.budget ?? 0));
      bar.update(before + own, figures(place, rungs, journal.latest(), [unit, epochs, budget]));
    };
    const known = journal.find(index, budget);
    if (known) return known.score;
    show(0);
    const { seconds: earlier = 0 } = journal.latest().find((one) => one.index === index) ?? {};
    const last = await trial(candidate, { index, budget }, { ...around, onEpoch: show });
    const found = { ...last, seconds: earlier + last.seconds };
    await journal.add(found);
    const ended = found.done < budget && found.metrics ? ', stopped early' : '';
    const length = `${found.done} ${unit}${found.done === 1 ? '' : 's'}`;
    bar.say(
      `${placeText(place, rungs)}: ${candidateText(candidate, varied)}: ${reached(found)} after ${length}${ended}`,
    );
    show(budget);
    return found.score;
  };
  const onOut = (index: number) => (signal.aborted ? undefined : journal.drop(index));
  try {
    return await halving(candidates, rungs, { score, onOut });
  } finally {
    bar.stop();
  }
}

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
