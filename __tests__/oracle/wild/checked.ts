import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { grade, type Outcome } from './grade.js';
import { readKey } from './key.js';
import { type Totals, totalsOf } from './totals.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * The totals of a folder, and a line for each module that is not fully right. `scripts/wild.ts` checks
 * them in a process of its own: modules that bring their own TensorFlow.js get ours by hooks that a test
 * runner has not.
 */
export async function totalsOfFolder(folder: string): Promise<{ totals: Totals; lines: string[] }> {
  const kept = mkdtempSync(join(tmpdir(), 'handgrad-wild-'));
  const record = join(kept, 'record.json');
  const args = ['--import', 'tsx', 'scripts/wild.ts', folder, '--record', record];
  await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 2 ** 26 });
  const outcomes = JSON.parse(readFileSync(record, 'utf8')) as Readonly<Record<string, Outcome>>;
  rmSync(kept, { recursive: true });
  const grades = Object.entries(readKey(folder)).map(([name, entry]) => ({
    name,
    grade: grade(entry, outcomes[name]),
  }));
  const lines = grades.flatMap(({ name, grade: { remarks } }) =>
    remarks.length > 0 ? [`${name}: ${remarks.join('; ')}`] : [],
  );
  return { totals: totalsOf(grades.map(({ grade }) => grade)), lines };
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
