import { setTimeout } from 'node:timers/promises';
import type { RandomState } from '../../../src/core/random.js';
import type { WorkerProcess } from './workerProcess.js';

/**
 * Kills workers with -9 at random moments, each replaced by one with another's cache, until so many are
 * killed or the run is done.
 *
 * @returns how many were.
 */
export async function killAtRandom(
  workers: WorkerProcess[],
  replace: (cache: string) => Promise<unknown>,
  circumstances: {
    readonly kills: number;
    readonly random: RandomState;
    /** Milliseconds between two kills, at least. */
    readonly apart: number;
    isDone(): boolean;
  },
): Promise<number> {
  const { kills, random, apart, isDone } = circumstances;
  for (let killed = 0; killed < kills; killed++) {
    if (!isDone()) await setTimeout(apart + 1500 * random.rand(1)[0]);
    if (isDone()) return killed;
    const [victim] = workers.splice(Math.floor(workers.length * random.rand(1)[0]), 1);
    await victim.end('SIGKILL');
    await replace(`cache-${(killed + 1) % 3}`);
  }
  return kills;
}
