import type { Entrant } from './entrants.js';
import { lineUp, timeSteps } from './lineUp.js';
import { type Goal, ratiosOf } from './ratios.js';
import { type Task, work } from './task.js';
import type { Workload } from './workload.js';

/** A workload that times single iterations of one task. */
export function stepsOf(options: {
  name: string;
  title: string;
  /** The task, and a description of its data. */
  draw(): Promise<{ task: Task; data: string }>;
  entrants: readonly Entrant[];
  goals: readonly Goal[];
}): Workload {
  const { name, title, draw, entrants, goals } = options;
  return {
    measure: async (stage) => {
      const { task, data } = await draw();
      const timings = await lineUp(entrants, stage, (processes) =>
        timeSteps(name, task, processes, stage),
      );
      return [{ name, title: `${title}, ${data}`, timings, work: work(task) }];
    },
    ratios: ([{ timings }]) => ratiosOf(name, goals, timings),
  };
}
