import { clipped } from '../../core/clipped.js';
import { ValueError } from '../../core/errors.js';
import { maxNorm } from '../../core/maxNorm.js';
import type { Network } from '../../core/network.js';
import type { Optimizer } from '../../core/optimizers.js';
import * as optimizers from '../../core/optimizers.js';
import type { Schedule } from '../../core/schedules.js';
import * as schedules from '../../core/schedules.js';
import { defaultScale, type Scale } from '../../data/scaling.js';
import { classWeights } from '../../metrics/classWeights.js';
import type { EarlyStoppingOptions } from '../../training/earlyStopping.js';
import type { TrainOptions } from '../commands/train.js';
import type { OptimizerName } from '../names.js';
import { say } from '../terminal.js';
import type { TrainData } from './data.js';
import { type Length, lengthOf, stepsOf } from './length.js';

/** What a run is made of: what was asked for, else what suits the data. */
export interface Settings {
  readonly kind: 'dense' | 'conv';
  readonly layers: readonly number[];
  readonly scale: Scale;
  readonly length: Length;
  readonly earlyStopping?: EarlyStoppingOptions;
}

/** Pictures from this side on are convolved. */
const minSideForConv = 12;

/**
 * The course's settings for the course's data. Else adam in batches of 32, with early stopping where
 * there is a validation set.
 */
export function settingsFor(options: TrainOptions, data: TrainData): Settings {
  const { train, isCourse } = data;
  const isPicture = train.shape.length === 3;
  const suits = isPicture && !isCourse && Math.min(...train.shape.slice(0, 2)) >= minSideForConv;
  const kind = options.network ?? (suits ? 'conv' : 'dense');
  if (kind === 'conv' && !isPicture) {
    throw new ValueError(
      `--network conv is for pictures, and ${data.name} has samples of ${train.shape.join(' x ')} numbers. Leave it out.`,
    );
  }
  const layers = options.layers ?? (isCourse ? [20, 7, 5] : kind === 'conv' ? [64] : [32, 16]);
  const length = isCourse ? lengthOf(options, train.m) : ownLength(options, kind, train.m);
  return {
    ...{ kind, layers, length },
    scale: options.scale ?? defaultScale(train),
    earlyStopping: stoppingFor(options, data, length),
  };
}

/** So many steps at least, where epochs are short. */
const usualSteps = { conv: 1500, dense: 3000 } as const;
const leastEpochs = { conv: 20, dense: 100 } as const;
const mostEpochs = { conv: 200, dense: 500 } as const;

function ownLength(
  { iterations, epochs, batchSize = 32 }: TrainOptions,
  kind: Settings['kind'],
  m: number,
): Length {
  if (iterations !== undefined) return { unit: 'iteration', times: iterations };
  const enough = Math.ceil(usualSteps[kind] / Math.ceil(m / batchSize));
  const times = epochs ?? Math.min(mostEpochs[kind], Math.max(leastEpochs[kind], enough));
  return { unit: 'epoch', times, batchSize };
}

function stoppingFor(
  { patience, earlyStopping }: TrainOptions,
  { validation, isCourse }: TrainData,
  { times }: Length,
): EarlyStoppingOptions | undefined {
  if (earlyStopping === false) {
    if (patience === undefined) return undefined;
    throw new ValueError(
      '--patience is of early stopping, which --no-early-stopping turns off. Leave one of them out.',
    );
  }
  if (!validation) {
    if (patience === undefined) return undefined;
    throw new ValueError('--patience needs validation samples. Give --validation 0.2.');
  }
  if (patience === undefined && isCourse) return undefined;
  return { monitor: 'val_cost', patience: patience ?? Math.max(5, Math.ceil(times / 10)) };
}

/** The optimizer by its name, with `rate`, or the learning rate that was asked for or suits it. */
export function optimizerFor(
  options: TrainOptions,
  data: TrainData,
  { kind, length }: Settings,
  network: Network,
  rate?: Schedule,
): Optimizer {
  const { momentum, weightDecay } = options;
  const name = options.optimizer ?? (data.isCourse ? 'gradientDescent' : 'adam');
  if (options.optimizer === undefined && !data.isCourse) say('Optimizer: adam (default)');
  const steps = stepsOf(length, data.train.m);
  const learningRate = rate ?? rateFor(options, defaultRate(name, data.isCourse, kind), steps);
  if (momentum !== undefined && name !== 'momentum' && name !== 'nesterov') {
    throw new ValueError(`--momentum is for momentum and nesterov, not ${name}. Leave it out.`);
  }
  if (weightDecay !== undefined && name !== 'adamw') {
    throw new ValueError(`--weight-decay is for adamw, not ${name}. Take it, or use --l2.`);
  }
  const made = makers[name]({
    learningRate,
    ...(momentum !== undefined && { beta: momentum }),
    ...(weightDecay !== undefined && { weightDecay }),
  });
  return restrained(made, options, network);
}

const makers = optimizers as Readonly<Record<OptimizerName, (options: object) => Optimizer>>;

/** Smaller gradients and weights, where that was asked for. */
function restrained(optimizer: Optimizer, options: TrainOptions, network: Network): Optimizer {
  const { clipNorm, clipValue, maxNorm: most } = options;
  let made = optimizer;
  if (clipNorm !== undefined) made = clipped(made, { globalNorm: clipNorm });
  if (clipValue !== undefined) made = clipped(made, { value: clipValue });
  return most === undefined ? made : maxNorm(made, { maxNorm: most, network });
}

function defaultRate(name: string, isCourse: boolean, kind: Settings['kind']): number {
  if (isCourse && name === 'gradientDescent') return 0.0075;
  if (name === 'gradientDescent') return 0.1;
  if (name === 'momentum' || name === 'nesterov') return 0.05;
  return kind === 'conv' ? 0.001 : 0.003;
}

/** A number, or one that changes over the steps of the run. */
function rateFor(
  { learningRate: given, schedule }: TrainOptions,
  standard: number,
  steps: number,
): number | Schedule {
  const learningRate = given ?? standard;
  const tenth = Math.max(1, Math.ceil(steps / 10));
  switch (schedule) {
    case undefined:
    case 'constant':
      return learningRate;
    case 'step':
      return schedules.stepDecay({ learningRate, decayRate: 0.5, decaySteps: 2 * tenth });
    case 'exponential':
      return schedules.exponentialDecay({ learningRate, decayRate: 0.01, decaySteps: steps });
    case 'inverseTime':
      return schedules.inverseTimeDecay({ learningRate, decayRate: 1, decaySteps: tenth });
    case 'cosine':
      return schedules.cosineDecay({ learningRate, decaySteps: steps });
    case 'warmUp':
      return schedules.warmUp(schedules.cosineDecay({ learningRate, decaySteps: steps }), {
        steps: tenth,
      });
    case 'plateau':
      return schedules.reduceOnPlateau({ learningRate, factor: 0.5, patience: 5 });
  }
}

/** What a sample of each class counts, by label, where --class-weight asks for it. @throws ValueError */
export function classWeightFor(
  { classWeight }: TrainOptions,
  { train: { targets } }: TrainData,
): Readonly<Record<number, number>> | undefined {
  if (classWeight === undefined) return undefined;
  if (targets.kind === 'numbers') {
    throw new ValueError(
      '--class-weight is for classes, and the target is a number. Leave it out.',
    );
  }
  return { ...Array.from(classWeights(targets.labels, targets.classes, classWeight)) };
}
