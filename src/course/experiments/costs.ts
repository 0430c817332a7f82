import type { Series } from '../../report/charts.js';
import * as report from '../blocks.js';

/** Costs by iteration, and an `onCost` that keeps them. */
export function costKeeper() {
  const costs: Record<number, number> = {};
  const onCost = (i: number, cost: number) => {
    costs[i] = cost;
  };
  return { costs, onCost };
}

/** The cost J over the iterations: of one run, or a line for each of several. */
export function costCurve(
  title: string,
  alt: string,
  costs: Readonly<Record<number, number>> | readonly Series[],
): report.Block {
  const series = Array.isArray(costs)
    ? costs
    : [{ name: 'J', points: Object.entries(costs).map(([i, J]) => [Number(i), J] as const) }];
  const axes = { x: { title: 'iteration' }, y: { title: 'cost J' } };
  return report.lineChart({ title, alt, ...axes, series });
}
