// One of our ways on one backend, as a process of the bench: orders come as lines, answers go so.
//   tsx process.ts WAY BACKEND

import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../../../src/core/errors.js';
import { type BackendName, useBackend } from '../../../src/runtime/backends.js';
import { fittingBackend } from '../../../src/training/fittingBackend.js';
import type { Task } from '../task.js';
import { type Problem, problem, readTask } from './problem.js';
import type { Running } from './way.js';
import { ways } from './ways.js';

const [, , name, backend] = process.argv;
const way = ways[name];

let task: Task;
let current: { problem: Problem; running: Running } | undefined;

function stop(): void {
  if (!current) return;
  current.running.dispose();
  tf.dispose([current.problem.X, current.problem.Y]);
  current = undefined;
}

const orders: Readonly<Record<string, (options: never) => Promise<object>>> = {
  load: async ({ folder }: { folder: string }) => {
    stop();
    task = readTask(folder);
    try {
      const { sizes, m, batchSize } = task;
      const work = { layers: sizes, m, batchSize };
      const preference = way.asPeopleHaveIt ? fittingBackend(work) : {};
      const { description, versions } = await useBackend(backend as BackendName, preference);
      const all = backend === 'wasm' ? 1 : availableParallelism();
      return { what: backend, version: description, threads: Number(versions.threads ?? all) };
    } catch (error) {
      if (error instanceof BackendError) return { refused: error.message };
      throw error;
    }
  },
  start: async () => {
    stop();
    const started = problem(task);
    const running = await way.start(started);
    if ('refused' in running) return running;
    current = { problem: started, running };
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
    const refused = await way.whole(problem(task), iterations);
    return refused ?? { ms: performance.now() - start };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { order, ...options } = JSON.parse(line);
  const answer = await orders[order](options as never);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
