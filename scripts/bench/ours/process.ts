// One of our ways on one backend, as a process of the bench.
//   tsx process.ts WAY BACKEND

import { fittingBackend } from '../../../src/training/fittingBackend.js';
import { readTask } from '../taskFolder.js';
import { preferenceOf } from './plans.js';
import { problem } from './problem.js';
import { serve } from './serve.js';
import { ways } from './ways.js';

const [, , name, backend] = process.argv;
const way = ways[name];

await serve(way, backend as Parameters<typeof serve>[1], (folder) => {
  const task = readTask(folder);
  const { sizes, m, batchSize, steps } = task;
  const preference = way.asPeopleHaveIt
    ? fittingBackend({ layers: sizes, m, batchSize, ...(steps && { steps }) })
    : preferenceOf(name);
  return { preference, begin: () => problem(task) };
});
