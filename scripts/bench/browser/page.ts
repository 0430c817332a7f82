import { compiled } from '../../../src/training/plans/compiled.js';
import { startBackend } from '../../../web/shared/backend.js';
import { modelFit } from '../ours/modelFit.js';
import { byPlan } from '../ours/plans.js';
import { problem } from '../ours/problem.js';
import type { Running } from '../ours/way.js';
import { draw, type Shape } from '../task.js';
import { jaxJs } from './jaxJs.js';

const running = new Map<string, Running>();

const ways = {
  'ours compiled': byPlan(compiled),
  'model.fit': modelFit,
};

/** What the bench calls in the page. */
const bench = {
  start: async (name: string, shape: Shape): Promise<number> => {
    const task = draw(shape);
    if (name === 'jax-js') running.set(name, await jaxJs(task));
    else {
      await startBackend(['wasm']);
      const way = await ways[name as keyof typeof ways].start(problem(task));
      if ('refused' in way) throw new Error(way.refused);
      running.set(name, way);
    }
    return running.get(name)!.atOnce;
  },
  run: async (name: string, iterations: number): Promise<number> => {
    const start = performance.now();
    await running.get(name)!.run(iterations, { inOrder: true });
    return performance.now() - start;
  },
  cost: async (name: string): Promise<number> => running.get(name)!.cost(),
  end: async (name: string): Promise<void> => {
    running.get(name)?.dispose();
    running.delete(name);
  },
};
Object.assign(globalThis, { bench });

export type PageBench = typeof bench;
