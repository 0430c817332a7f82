import type { Score } from './experiment.js';
import { short } from './numbers.js';

/** Where a run stands. */
export interface Standing {
  readonly iteration: number;
  readonly first: Score;
  readonly cost: number;
  readonly rate: number;
}

/** The numbers have ended. */
export const overflowed = ({ iteration, rate }: Pick<Standing, 'iteration' | 'rate'>) =>
  `The cost is not a number any more at iteration ${iteration}: with α = ${rate} the steps are too long. Make the learning rate smaller, then Reset.`;

/** What to do where a run goes the wrong way, or nowhere; undefined where it goes well. */
export function advice({ iteration, first, cost, rate }: Standing): string | undefined {
  if (iteration > 20 && cost > 1.5 * first.cost) {
    return `The cost has grown from ${short(first.cost)} to ${short(cost)}: with α = ${rate} the steps are too long. Make the learning rate smaller, then Reset.`;
  }
  if (iteration > 300 && Math.abs(cost - first.cost) < 0.002 * first.cost) {
    return `The cost has stayed at ${short(cost)} for ${iteration} iterations: look at dW of the first layer. Let the weights start otherwise, or add a hidden layer.`;
  }
  return undefined;
}
