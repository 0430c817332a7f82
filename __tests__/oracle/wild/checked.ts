import { checkFolder } from './check.js';
import { type Totals, totalsOf } from './totals.js';

/** The totals of a folder, and a line for each module that is not fully right. */
export async function totalsOfFolder(folder: string): Promise<{ totals: Totals; lines: string[] }> {
  const grades = [];
  const lines: string[] = [];
  for await (const { name, grade } of checkFolder(folder)) {
    grades.push(grade);
    if (grade.remarks.length > 0) lines.push(`${name}: ${grade.remarks.join('; ')}`);
  }
  return { totals: totalsOf(grades), lines };
}

/** What a folder's totals must reach: as many at least, and of the faults no more. */
export interface Demand {
  readonly verdict: number;
  readonly names: number;
  readonly named: number;
  readonly false: number;
  readonly crashed: number;
}

/** The demands that totals fall short of, in words; none where all are met. */
export function shortOf(totals: Totals, demand: Demand): string[] {
  const atLeast = (['verdict', 'names', 'named'] as const)
    .filter((name) => totals[name] < demand[name])
    .map((name) => `${name} ${totals[name]}, not ${demand[name]} or more`);
  const atMost = (['false', 'crashed'] as const)
    .filter((name) => totals[name] > demand[name])
    .map((name) => `${name} ${totals[name]}, not ${demand[name]} or fewer`);
  return [...atLeast, ...atMost];
}
