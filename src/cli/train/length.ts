import type { TrainOptions } from '../commands/train.js';
import { say } from '../terminal.js';

/** How long to train, and on how many pictures at once. */
export interface Length {
  readonly unit: 'iteration' | 'epoch';
  /** Iterations, or epochs. */
  readonly times: number;
  readonly batchSize?: number;
}

/** Batches without epochs: as many epochs as make the steps that there would be without batches. */
export function lengthOf(
  {
    iterations = 2500,
    epochs,
    batchSize,
  }: Pick<TrainOptions, 'iterations' | 'epochs' | 'batchSize'>,
  m: number,
): Length {
  if (epochs !== undefined) return { unit: 'epoch', times: epochs, batchSize };
  if (batchSize === undefined) return { unit: 'iteration', times: iterations };
  const batches = Math.ceil(m / batchSize);
  const times = Math.ceil(iterations / batches);
  say(`Epochs: ${times} (default): ${times * batches} steps of gradient descent`);
  return { unit: 'epoch', times, batchSize };
}

/** Updates of the parameters, on m samples. */
export const stepsOf = ({ unit, times, batchSize }: Length, m: number): number =>
  unit === 'iteration' ? times : times * Math.ceil(m / (batchSize ?? m));

/** What was done, for the card and for --json: iterations, or epochs and the size of their batches. */
export const durationOf = ({
  unit,
  done,
  batchSize,
}: Length & { done: number }): Readonly<Record<string, number>> =>
  unit === 'iteration'
    ? { iterations: done }
    : { epochs: done, ...(batchSize === undefined ? {} : { batchSize }) };

const maxLines = 25;
const maxCosts = 1000;

/** How often the cost is taken, and how often it gets a line: some 25 lines, however long the run. */
export function costIntervals({ unit, times }: Length): { costEvery: number; lineEvery: number } {
  const costEvery =
    unit === 'iteration' ? 100 * Math.ceil(times / 100 / maxCosts) : Math.ceil(times / maxLines);
  return { costEvery, lineEvery: costEvery * Math.ceil(times / costEvery / maxLines) };
}
