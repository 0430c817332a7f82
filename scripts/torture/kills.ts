import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RandomState } from '../../src/core/random.js';
import { nameForOthers, nameOfModel } from './models.js';

export interface Kills {
  readonly kills: number;
  /** Models that were read, as handgrad does and as others do, while they were saved and after a kill. */
  readonly reads: number;
  /** In words. */
  readonly failures: readonly string[];
  /** Kills that came while files were being moved. */
  readonly inTheMiddle: number;
}

const writer = fileURLToPath(new URL('writer.ts', import.meta.url));

/** A process that saves the models of its name, one after another, as fast as it can. */
function startWriter(folder: string, name: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', writer, folder, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.stdout!.once('data', () => resolve(child)); // it has saved one
    child.once('exit', (code) => reject(new Error(`the writer ended with ${code}`)));
  });
}

/**
 * Two writers save to one folder, each its own models; at random moments one of them is killed, and another
 * takes its place. Readers look all the while.
 */
export async function killAtRandom(count: number, seed: number): Promise<Kills> {
  const random = new RandomState(seed);
  const root = mkdtempSync(join(tmpdir(), 'handgrad-torture-'));
  const folder = join(root, 'model');
  const failures: string[] = [];
  let [reads, inTheMiddle] = [0, 0];
  const look = async (when: string) => {
    reads += 2;
    for (const place of [folder, join(folder, 'last')]) {
      await nameOfModel(place).catch((error) =>
        failures.push(`${when}, ${place}: ${error.message}`),
      );
      try {
        nameForOthers(place); // model.json and its weights are read at once: nothing comes between
      } catch (error) {
        failures.push(`${when}, others, ${place}: ${(error as Error).message}`);
      }
    }
  };
  const writers = [await startWriter(folder, 'A'), await startWriter(folder, 'B')];
  try {
    for (let kill = 1; kill <= count; kill++) {
      const until = performance.now() + 5 + 145 * random.rand(1)[0];
      while (performance.now() < until) {
        await look(`before kill ${kill}`);
        await wait(1);
      }
      const victim = random.randint(0, 2, 1)[0];
      const ended = new Promise((resolve) => writers[victim].once('exit', resolve));
      writers[victim].kill('SIGKILL');
      await ended;
      if (readdirSync(folder).some((name) => name.startsWith('.'))) inTheMiddle++;
      await look(`after kill ${kill}`);
      writers[victim] = await startWriter(folder, 'AB'[victim]);
    }
  } finally {
    for (const child of writers) child.kill('SIGKILL');
    await wait(100);
    rmSync(root, { recursive: true, force: true });
  }
  return { kills: count, reads, failures, inTheMiddle };
}
