import { ValueError } from '../../core/errors.js';
import { RandomState } from '../../core/random.js';
import { type Choice, grid, randomChoices, sizeOfGrid } from '../../training/search/grid.js';
import { type Rung, rungsFor } from '../../training/search/halving.js';
import type { TrainOptions } from '../commands/train.js';
import type { TuneOptions } from '../commands/tune.js';
import { whatIsSought } from '../jobs/howRun.js';
import type { OptimizerName } from '../names.js';
import type { TrainData } from '../train/data.js';
import type { Length } from '../train/length.js';
import { networkFor } from '../train/network.js';
import { classWeightFor, optimizerFor, settingsFor } from '../train/settings.js';
import { names, titles } from './words.js';

const mostCandidates = 10_000;
const usualTrials = 10;

/**
 * Each candidate as `train` would be asked for it.
 *
 * @throws ValueError for --trials with a grid, or a grid too large to try.
 */
export function candidatesOf(options: TuneOptions, isCourse: boolean): TrainOptions[] {
  const { search, trials, seed } = options;
  if (search === 'grid' && trials !== undefined) {
    throw new ValueError('--trials is for --search random and halving: a grid tries all.');
  }
  const space = spaceOf(options, isCourse);
  const n = trials ?? (search === 'random' ? usualTrials : undefined);
  const size = sizeOfGrid(space);
  if ((n ?? size) > mostCandidates) {
    throw new ValueError(
      `There are ${size} combinations to try. Give fewer values, or --search random --trials 50.`,
    );
  }
  const chosen = n === undefined ? grid(space) : randomChoices(space, n, new RandomState(seed));
  const common = commonOf(options);
  return chosen.map(({ rule, ...one }) => ({ ...common, ...given({ ...one, ...rule }) }));
}

/** The values of each name, with the optimizers and what is theirs alone as one. */
function spaceOf(options: TuneOptions, isCourse: boolean) {
  const { optimizer, momentum, weightDecay, ...others } = options;
  const values = names
    .filter((name) => name in others)
    .map((name) => [name, others[name as keyof typeof others] as readonly unknown[]] as const);
  const usual = isCourse ? 'gradientDescent' : 'adam';
  return {
    ...Object.fromEntries(values),
    rule: rulesOf(optimizer ?? [usual], { momentum, weightDecay }),
  };
}

const takers: Readonly<Record<'momentum' | 'weightDecay', readonly unknown[]>> = {
  momentum: ['momentum', 'nesterov'],
  weightDecay: ['adamw'],
};

/** Each optimizer with the values that it takes. Where none takes them `train` refuses them. */
function rulesOf(
  optimizers: readonly (OptimizerName | null)[],
  lists: Pick<TuneOptions, 'momentum' | 'weightDecay'>,
): Choice<Record<string, readonly unknown[]>>[] {
  const valuesFor = (optimizer: unknown, name: keyof typeof takers): readonly unknown[] => {
    const list = lists[name];
    if (!list) return [undefined];
    const isTaken = optimizers.some((one) => takers[name].includes(one));
    return takers[name].includes(optimizer) || !isTaken ? list : [undefined];
  };
  return optimizers.flatMap((optimizer) =>
    grid({
      optimizer: [optimizer],
      momentum: valuesFor(optimizer, 'momentum'),
      weightDecay: valuesFor(optimizer, 'weightDecay'),
    }),
  );
}

/** What is the same for all. */
function commonOf(options: TuneOptions) {
  const { search, trials, resume, report, json, ...others } = whatIsSought(options);
  const fixed = Object.entries(others).filter(([name]) => !(name in titles));
  return { ...Object.fromEntries(fixed), check: false } as TrainOptions;
}

/** Those that have a value: what is null or undefined is left out. */
const given = (values: object): object =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined),
  );

/** The candidates for so many epochs, each of which `train` would take. @throws ValueError */
export function lasting(
  candidates: readonly TrainOptions[],
  { unit, times }: Length,
  data: TrainData,
): TrainOptions[] {
  const length = unit === 'iteration' ? { iterations: times } : { epochs: times };
  const all = candidates.map((candidate) => ({ ...candidate, ...length }));
  for (const candidate of all) {
    const settings = settingsFor(candidate, data);
    optimizerFor(candidate, data, settings, networkFor(data, settings, candidate));
    classWeightFor(candidate, data);
  }
  return all;
}

export const rungsOf = ({ search }: TuneOptions, n: number, most: number): Rung[] =>
  search === 'halving' ? rungsFor(n, most) : [{ count: n, budget: most }];
