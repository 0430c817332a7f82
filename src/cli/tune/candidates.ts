import { ValueError } from '../../core/errors.js';
import { RandomState } from '../../core/random.js';
import { grid, randomChoices } from '../../training/search/grid.js';
import { type Rung, rungsFor } from '../../training/search/halving.js';
import type { TrainOptions } from '../commands/train.js';
import type { TuneOptions } from '../commands/tune.js';

/** Each candidate as `train` would be asked for it. @throws ValueError for --trials with a grid. */
export function candidatesOf(options: TuneOptions, isCourse: boolean): TrainOptions[] {
  const { search, trials, seed, learningRates, dropouts, l2s, save, backend, activation } = options;
  const space = {
    optimizer: options.optimizers ?? ([isCourse ? 'gradientDescent' : 'adam'] as const),
    learningRate: learningRates,
    layers: options.layers ?? [undefined],
    dropout: dropouts,
    l2: l2s,
    batchSize: options.batchSizes ?? [undefined],
  };
  if (search === 'grid' && trials !== undefined) {
    throw new ValueError('--trials is for --search random and halving: a grid tries all.');
  }
  const n = trials ?? (search === 'random' ? 10 : undefined);
  const chosen = n === undefined ? grid(space) : randomChoices(space, n, new RandomState(seed));
  const { network, scale, epochs } = options;
  const common = {
    ...{ seed, save, backend, activation, check: false, compile: true, checkpointEvery: 30 },
    ...(network && { network }),
    ...(scale && { scale }),
    ...(epochs !== undefined && { epochs }),
  };
  return chosen.map(({ dropout, l2, layers, batchSize, ...one }) => ({
    ...common,
    ...one,
    ...(layers && { layers }),
    ...(batchSize !== undefined && { batchSize }),
    ...(dropout > 0 && { dropout }),
    ...(l2 > 0 && { l2 }),
  }));
}

export const rungsOf = ({ search }: TuneOptions, n: number, most: number): Rung[] =>
  search === 'halving' ? rungsFor(n, most) : [{ count: n, budget: most }];

export const columns = [
  ...['learning rate', 'layers', 'optimizer', 'dropout', 'l2', 'batch', 'epochs', 'validation'],
];

/** The cells of a candidate, but for what it reached. */
export const cellsOf = (one: TrainOptions): string[] => [
  String(one.learningRate),
  one.layers?.join('-') ?? 'by the data',
  one.optimizer!,
  String(one.dropout ?? 0),
  String(one.l2 ?? 0),
  String(one.batchSize ?? 'by the data'),
];
