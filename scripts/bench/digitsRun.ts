// A whole run as a user has it: scikit-learn's digits with 64-64-10 and Adam, until 98 % of the samples it
// trains on are right. From the library loaded, with nothing compiled, to the trained network; each run in
// a fresh process. With scores of new samples not all would get there, or by chance.

import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { toTensors } from '../../src/data/prepare.js';
import { readData } from '../../src/data/readData.js';
import { fitScaling } from '../../src/data/scaling.js';
import { useBackend } from '../../src/runtime/backends.js';
import { jax, namesOf, oursByPlan, planned, pytorch, scikitLearn } from './entrants.js';
import { lineUp, load } from './lineUp.js';
import { type Goal, ratiosOf } from './ratios.js';
import { timing } from './takeTurns.js';
import { draw, type Shape, type Task } from './task.js';
import { inFolder } from './taskFolder.js';
import type { Stage, Workload } from './workload.js';

const name = 'digits-run';
const accuracy = 0.98;
const shape: Shape = {
  sizes: [64, 64, 10],
  activations: ['relu', 'softmax'],
  m: 1792, // of 1,797: JAX compiles for batches of one size
  batchSize: 64,
  learningRate: 0.001,
  optimizer: 'adam',
  steps: 50 * 28, // an epoch has 28
};
const file = fileURLToPath(new URL('../../__tests__/goldens/data/digits.npz', import.meta.url));

const entrants = [oursByPlan, ...scikitLearn, ...pytorch, ...jax];
const goals: readonly Goal[] = [
  { name: 'ours / scikit-learn', of: [planned], over: namesOf(scikitLearn), target: 0.5 },
  { name: 'ours / PyTorch', of: [planned], over: namesOf(pytorch), target: 1 },
  { name: 'ours / JAX', of: [planned], over: namesOf(jax), target: 1 },
];

/** The first samples, with weights as He draws them. */
async function drawDigits(): Promise<Task> {
  await useBackend('cpu');
  const { train: set } = await readData(file);
  const { X, Y } = toTensors(set, { scaling: fitScaling(set, 'standard') });
  const first = (M: tf.Tensor) =>
    tf.slice(M, [0, 0], [M.shape[0], shape.m]).dataSync<'float32'>() as Float32Array;
  return draw(shape, { samples: { X: first(X), Y: first(Y) }, gain: Math.SQRT2 });
}

export const digitsRun: Workload = {
  measure: async (stage) => {
    const times: Record<string, number[]> = {};
    const epochs: Record<string, number> = {};
    await inFolder(await drawDigits(), async (folder) => {
      for (let round = 0; round < stage.rounds; round++) {
        for (const entrant of entrants) {
          const ran = await lineUp([entrant], stage, (ones) => runOf(ones, folder, stage));
          if (!ran) continue;
          times[entrant.name] = [...(times[entrant.name] ?? []), ran.ms];
          epochs[entrant.name] = ran.epochs;
        }
      }
    });
    const timings = Object.fromEntries(
      Object.entries(times).map(([name, list]) => [name, timing(list)]),
    );
    const counts = Object.values(epochs);
    const title = `Digits with ${shape.sizes.join('-')}, Adam, batches of ${shape.batchSize}, until ${100 * accuracy} % are right, after ${Math.min(...counts)} to ${Math.max(...counts)} epochs`;
    return [{ name, title, timings, run: 1 }];
  },
  ratios: ([{ timings }]) => ratiosOf(name, goals, timings),
};

async function runOf(ones: Parameters<typeof load>[1], folder: string, stage: Stage) {
  const [process] = await load(folder, ones, stage);
  const ran = await process?.ask('until', { accuracy });
  if (ran) stage.say(`${name}: ${process.name} ${ran.ms.toFixed(0)} ms, ${ran.epochs} epochs`);
  return ran;
}
