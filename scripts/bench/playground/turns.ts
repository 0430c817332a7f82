import * as tf from '@tensorflow/tfjs-core';
import { Experiment } from '../../../web/playground/experiment.js';
import { usual } from '../../../web/playground/settings.js';

const experiments = new Map<string, Experiment>();

/** So many steps of the usual playground, 2-4-1 on 400 points, and the milliseconds that they took. */
export async function run(backend: string, steps: number): Promise<number> {
  await tf.setBackend(backend);
  const experiment = experiments.get(backend) ?? new Experiment(usual);
  experiments.set(backend, experiment);
  const start = performance.now();
  for (let i = 0; i < steps; i++) experiment.step();
  return performance.now() - start;
}
