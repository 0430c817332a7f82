import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../../../src/core/errors.js';
import {
  type BackendName,
  type BackendPreference,
  useBackend,
} from '../../../src/runtime/backends.js';
import type { Trainable } from './problem.js';
import type { Running, Way } from './way.js';

/** What the folder of a task holds. */
export interface Given<P> {
  readonly preference?: BackendPreference;
  /** The problem from its start, on the backend that is in use. */
  begin(): P;
}

/** Does with one of our ways what the bench asks: orders come as lines, answers go so. */
export async function serve<P extends Trainable>(
  way: Way<P>,
  backend: BackendName | 'auto',
  read: (folder: string) => Given<P>,
): Promise<void> {
  let given: Given<P>;
  let current: { problem: P; running: Running } | undefined;

  function stop(): void {
    if (!current) return;
    current.running.dispose();
    tf.dispose([current.problem.X, current.problem.Y]);
    current = undefined;
  }

  const orders: Readonly<Record<string, (options: never) => Promise<object>>> = {
    load: async ({ folder }: { folder: string }) => {
      stop();
      given = read(folder);
      try {
        const { name, description } = await useBackend(backend, given.preference);
        // Part of the library, imported on demand: tsx would translate it within the first run.
        await Promise.all([
          import('../../../src/compiled/native/engine.js'),
          import('../../../src/compiled/wasm/engine.js'),
        ]);
        return { what: name, version: description, threads: threadsOf(name) };
      } catch (error) {
        if (error instanceof BackendError) return { refused: error.message };
        throw error;
      }
    },
    start: async () => {
      stop();
      const problem = given.begin();
      const running = await way.start(problem);
      if ('refused' in running) return running;
      current = { problem, running };
      return { atOnce: running.atOnce };
    },
    run: async ({ iterations }: { iterations: number }) => {
      const start = performance.now();
      await current!.running.run(iterations);
      return { ms: performance.now() - start };
    },
    check: async ({ iterations }: { iterations: readonly number[] }) => {
      const { running } = current!;
      const costs = [running.cost()];
      for (const count of iterations) {
        await running.run(count, { inOrder: true });
        costs.push(running.cost());
      }
      return { costs };
    },
    whole: async ({ iterations }: { iterations: number }) => {
      const start = performance.now();
      const refused = await way.whole(given.begin(), iterations);
      return refused ?? { ms: performance.now() - start };
    },
    until: async ({ accuracy }: { accuracy: number }) => {
      const start = performance.now();
      const epochs = await way.until!(given.begin(), accuracy);
      return { ms: performance.now() - start, epochs };
    },
  };

  for await (const line of createInterface({ input: process.stdin })) {
    const { order, ...options } = JSON.parse(line);
    const answer = await orders[order](options as never);
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

/** Of an operation, or one for each of those that run at the same time. */
function threadsOf(backend: BackendName): number {
  const { TF_NUM_INTRAOP_THREADS: threads, TF_NUM_INTEROP_THREADS: operations } = process.env;
  const [one, many] = [threads, operations].map((n) => Number(n ?? availableParallelism()));
  return backend === 'wasm' ? 1 : Math.max(one, many);
}
