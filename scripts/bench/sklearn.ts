// scikit-learn's fit against ours, on five of its data sets: 20-10 relu, Adam, L2, 60 epochs of batches of
// 32. And what dropout, a schedule and validation cost beside plain steps.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BenchError } from './benchError.js';
import type { Ratio } from './ratios.js';
import { type Timing, timing } from './takeTurns.js';
import type { Measured, Stage, Workload } from './workload.js';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Of their scores see __tests__/training/sklearn.test.ts. */
const sets = ['iris', 'wine', 'breast_cancer', 'digits', 'diabetes'];

/** What a process prints: milliseconds by what was timed. */
function timesOf(command: string, args: readonly string[]): Record<string, number> {
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new BenchError(`sklearn: ${command} broke: ${stderr.trim()}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

function turn(name: string, { python, packages }: Stage): Record<string, number> {
  const ours = timesOf(process.execPath, [...process.execArgv, path('ours/fit.ts'), name]);
  if (!packages.has('sklearn')) return ours;
  return { ...ours, ...timesOf(python, ['-B', path('python/fit.py'), name]) };
}

async function measureSet(name: string, stage: Stage): Promise<Measured> {
  stage.say(`sklearn ${name}: ${stage.rounds} rounds`);
  const times: Record<string, number[]> = {};
  for (let round = 0; round < stage.rounds; round++) {
    for (const [what, ms] of Object.entries(turn(name, stage))) {
      times[what] = [...(times[what] ?? []), ms];
    }
  }
  const timings: Record<string, Timing> = Object.fromEntries(
    Object.entries(times).map(([what, list]) => [what, timing(list)]),
  );
  const title = `The fit of a 20-10 network on ${name}, 60 epochs of batches of 32, Adam, L2`;
  return { name: `sklearn ${name}`, title, timings };
}

const goals = [
  { of: 'ours', over: 'scikit-learn', target: 0.5 },
  { of: 'ours with everything, compiled', over: 'ours with everything, plain', target: 1.1 },
] as const;

export const sklearn: Workload = {
  measure: async (stage) => {
    const measured: Measured[] = [];
    for (const name of sets) measured.push(await measureSet(name, stage));
    return measured;
  },
  ratios: (measured) =>
    measured.flatMap(({ name, timings }) =>
      goals.flatMap(({ of, over, target }): Ratio[] => {
        const [mine, theirs] = [timings[of], timings[over]];
        if (!mine || !theirs) return [];
        const value = mine.msPerIteration / theirs.msPerIteration;
        return [{ name: `${name}: ${of} / ${over}`, value, target }];
      }),
    ),
};
