import type { TrainOptions } from '../commands/train.js';
import type { Hyperparameters } from '../runOptions.js';
import type { Result } from './journal.js';

/** What a search can vary, as it is called in tables. */
export const titles: Readonly<Record<keyof Hyperparameters, string>> = {
  ...{ learningRate: 'learning rate', layers: 'layers', optimizer: 'optimizer' },
  ...{ batchSize: 'batch', activation: 'activation', network: 'network', dropout: 'dropout' },
  ...{ l2: 'L2', l1: 'L1', schedule: 'schedule', momentum: 'momentum' },
  ...{ weightDecay: 'weight decay', augment: 'augment', scale: 'scale', freeze: 'frozen' },
  ...{ maxNorm: 'max norm', clipNorm: 'clip norm', clipValue: 'clip value' },
  ...{ labelSmoothing: 'label smoothing', classWeight: 'class weight', patience: 'patience' },
};
export const names = Object.keys(titles) as (keyof Hyperparameters)[];

/** What differs between the candidates; the learning rate where nothing does. */
export function variedIn(candidates: readonly TrainOptions[]): (keyof Hyperparameters)[] {
  const varied = names.filter(
    (name) => new Set(candidates.map((one) => valueText(one, name))).size > 1,
  );
  return varied.length > 0 ? varied : ['learningRate'];
}

/** The value of a candidate in words: 32-16, flip + shift; a dash where it is left out. */
export function valueText(candidate: TrainOptions, name: keyof Hyperparameters): string {
  const value = candidate[name];
  if (value === undefined) return '–';
  return Array.isArray(value) ? value.join(name === 'layers' ? '-' : ' + ') : String(value);
}

/** Such as: learning rate 0.01, layers 32-16. */
export const candidateText = (
  candidate: TrainOptions,
  varied: readonly (keyof Hyperparameters)[],
): string =>
  varied
    .filter((name) => candidate[name] !== undefined)
    .map((name) => `${titles[name]} ${valueText(candidate, name)}`)
    .join(', ') || 'all by default';

/** The name of a hyperparameter whose values are numbers. */
export const isNumeric = (candidates: readonly TrainOptions[], name: keyof Hyperparameters) =>
  candidates.every((one) => one[name] === undefined || typeof one[name] === 'number');

/** What the validation says: 93.33 %, RMSE 0.1234, or that the candidate diverged. */
export function reached({ metrics }: Pick<Result, 'metrics'>): string {
  if (!metrics) return 'diverged';
  const { accuracy, rmse } = metrics;
  return accuracy === undefined ? `RMSE ${shortly(rmse)}` : `${accuracy.toFixed(2)} %`;
}

/** Four digits. */
export const shortly = (value: number): string => String(Number(value.toPrecision(4)));
