import { ValueError } from '../core/errors.js';
import { assertOptions, inWords } from '../core/options.js';
import type { Logs } from './history.js';

export interface EarlyStoppingOptions {
  /** What to watch: the name of a number in the history. Default: val_cost. */
  readonly monitor?: string;
  /** Epochs without a better value after which the run ends. Default: 10. */
  readonly patience?: number;
  /** How much better a value must be to count. Default: 0. */
  readonly minDelta?: number;
  /** Whether the run ends with the parameters of its best epoch. Default: yes. */
  readonly restoreBest?: boolean;
}

/** The best epoch so far. */
export interface Best {
  readonly epoch: number;
  readonly value: number;
}

/** @throws ValueError for an option that is unknown or not what it should be. */
export function earlyStopping(options: EarlyStoppingOptions): Required<EarlyStoppingOptions> {
  assertOptions('earlyStopping', options, {
    ...{ monitor: true, patience: true, minDelta: true, restoreBest: true },
  });
  const { monitor = 'val_cost', patience = 10, minDelta = 0, restoreBest = true } = options;
  if (!Number.isInteger(patience) || patience < 0) {
    throw new ValueError(`earlyStopping: patience is ${patience}; give a whole number from 0.`);
  }
  if (!(minDelta >= 0 && minDelta < Number.POSITIVE_INFINITY)) {
    throw new ValueError(`earlyStopping: minDelta is ${minDelta}; give a number from 0.`);
  }
  if (typeof monitor !== 'string') {
    throw new ValueError(`earlyStopping: monitor is ${inWords(monitor)}; give a name, 'val_cost'.`);
  }
  if (typeof restoreBest !== 'boolean') {
    throw new ValueError(
      `earlyStopping: restoreBest is ${inWords(restoreBest)}; give true or false.`,
    );
  }
  return { monitor, patience, minDelta, restoreBest };
}

/** Whether less of a number is better: costs and errors; of scores more is. */
export const isLoss = (name: string): boolean => /(^|_)(cost|loss|logLoss|mae|rmse)$/.test(name);

/** Whether a value counts as better than the best so far. */
export const isBetter = (
  { monitor, minDelta }: Required<EarlyStoppingOptions>,
  value: number,
  best: Best | undefined,
): boolean =>
  best === undefined ||
  (isLoss(monitor) ? value < best.value - minDelta : value > best.value + minDelta);

/** @throws ValueError if there is no such number. */
export function monitored(monitor: string, logs: Logs): number {
  if (Object.hasOwn(logs, monitor)) return logs[monitor];
  throw new ValueError(
    `There is no ${monitor} to watch; there are ${Object.keys(logs).join(', ')}. What begins with val_ needs validation samples.`,
  );
}
