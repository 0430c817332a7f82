import { ValueError } from './errors.js';
import { assertCount, inWords } from './options.js';

/*
 * When a learning rate falls because training stands still: on the host, between epochs.
 */

export interface PlateauOptions {
  /** What the learning rate is multiplied by, from 0 to below 1. Default: 0.1. */
  readonly factor?: number;
  /** So many epochs without progress. Default: 10. */
  readonly patience?: number;
  /** Progress is more than this. Default: 0.0001. */
  readonly minDelta?: number;
  /** So many epochs after a fall do not count. Default: 0. */
  readonly cooldown?: number;
  /** Default: 0. */
  readonly minLearningRate?: number;
  /** The name of what is watched, such as 'cost'. Default: 'cost'. */
  readonly monitor?: string;
  /** Whether less or more is progress. Default: 'max' for an accuracy, else 'min'. */
  readonly mode?: 'min' | 'max';
}

/** All of them. */
export type Plateau = Required<PlateauOptions>;

/** @throws ValueError naming an option that does not fit. */
export function plateauOf(where: string, options: PlateauOptions): Plateau {
  const { factor = 0.1, patience = 10, minDelta = 1e-4, cooldown = 0 } = options;
  const { minLearningRate = 0, monitor = 'cost' } = options;
  const { mode = /accuracy$/i.test(String(monitor)) ? 'max' : 'min' } = options;
  const wrong = (name: string, value: unknown, wanted: string) =>
    new ValueError(`${where}: ${name} is ${inWords(value)}; give ${wanted}.`);
  if (!(typeof factor === 'number' && factor > 0 && factor < 1)) {
    throw wrong('factor', factor, 'a number between 0 and 1');
  }
  assertCount(`${where}: patience`, patience);
  if (!(typeof minDelta === 'number' && minDelta >= 0 && minDelta < Infinity)) {
    throw wrong('minDelta', minDelta, 'a number from 0');
  }
  if (!(Number.isInteger(cooldown) && cooldown >= 0)) {
    throw wrong('cooldown', cooldown, 'a whole number from 0');
  }
  if (typeof monitor !== 'string' || monitor === '') {
    throw wrong('monitor', monitor, "a name, such as 'cost'");
  }
  if (mode !== 'min' && mode !== 'max') throw wrong('mode', mode, "'min' or 'max'");
  return { factor, patience, minDelta, cooldown, minLearningRate, monitor, mode };
}

/** What is kept from epoch to epoch. */
export interface PlateauMemory {
  readonly best: number;
  /** Epochs without progress, up to now. */
  readonly waited: number;
  /** Epochs that do not count yet. */
  readonly cooling: number;
}

/** The memory before the first epoch. */
export const startPlateau = ({ mode }: Pick<Plateau, 'mode'>): PlateauMemory => ({
  best: mode === 'min' ? Infinity : -Infinity,
  waited: 0,
  cooling: 0,
});

/**
 * One epoch later: whether the learning rate falls now, and what to remember. Progress is a value
 * below best - minDelta, with the mode 'max' one above best + minDelta; the learning rate falls after
 * `patience` epochs in a row without. The epochs of a cooldown after it do not count. NaN is no
 * progress. Changes nothing.
 *
 * Source: Keras's ReduceLROnPlateau. (PyTorch's waits for one epoch more, and takes a relative delta.)
 */
export function nextPlateau(
  { mode, minDelta, patience, cooldown }: Plateau,
  memory: PlateauMemory,
  value: number,
): { memory: PlateauMemory; reduce: boolean } {
  const { best } = memory;
  const cooling = Math.max(0, memory.cooling - 1);
  const before = memory.cooling > 0 ? 0 : memory.waited;
  const isProgress = mode === 'min' ? value < best - minDelta : value > best + minDelta;
  if (isProgress) return { memory: { best: value, waited: 0, cooling }, reduce: false };
  if (cooling > 0) return { memory: { best, waited: before, cooling }, reduce: false };
  const waited = before + 1;
  if (waited < patience) return { memory: { best, waited, cooling }, reduce: false };
  return { memory: { best, waited: 0, cooling: cooldown }, reduce: true };
}
