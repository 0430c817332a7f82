// Networks of other layers than dense ones: every contestant steps on one batch again and again, by
// gradient descent.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initialize, type Network } from '../../src/core/network.js';
import { RandomState } from '../../src/core/random.js';
import { useBackend } from '../../src/runtime/backends.js';
import { backends, compiled, namesOf, oursOn, plain, python } from './entrants.js';
import { lineUp, timeInFolder } from './lineUp.js';
import { type Goal, ratiosOf } from './ratios.js';
import type { Workload } from './workload.js';

interface Numbers {
  readonly shape: readonly number[];
  /** The last axis fastest. */
  readonly values: ArrayLike<number>;
}

export interface LayersTask {
  readonly name: LayersFile['network'];
  readonly title: string;
  readonly network: Network;
  readonly m: number;
  readonly learningRate: number;
  draw(random: RandomState, m: number): { X: Numbers; Y: Numbers };
}

/** What task.json holds, beside a float32 file for each of its shapes: X, Y, and the parameters. */
export interface LayersFile {
  readonly network: 'lenet' | 'gru' | 'transformer';
  readonly m: number;
  readonly learningRate: number;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

/** T ids below V in each sample, and as many labels (m, T). */
export const letters =
  (V: number, T: number): LayersTask['draw'] =>
  (random, m) => {
    const ids = (): Numbers => ({ shape: [m, T], values: random.randint(0, V, m * T) });
    return { X: ids(), Y: ids() };
  };

/** Biases and scales start so far from 0 and 1, where one in the wrong place would not show. */
const shift = 0.5;

/** Samples and parameters, all from seed 1. */
async function drawAll({
  network,
  m,
  draw,
}: LayersTask): Promise<Readonly<Record<string, Numbers>>> {
  await useBackend('cpu');
  const random = new RandomState(1);
  const all: Record<string, Numbers> = { ...draw(random, m) };
  for (const [name, P] of Object.entries(initialize(network, random))) {
    const isVector = Math.max(...P.shape) === P.size;
    const noise = random.randn(P.size).map((z) => (isVector ? shift * z : 0));
    all[name] = { shape: P.shape, values: P.dataSync().map((p, i) => p + noise[i]) };
    P.dispose();
  }
  return all;
}

async function inFolder<T>(task: LayersTask, use: (folder: string) => Promise<T>): Promise<T> {
  const all = Object.entries(await drawAll(task));
  const folder = mkdtempSync(join(tmpdir(), 'handgrad-layers-'));
  const file: LayersFile = {
    network: task.name,
    m: task.m,
    learningRate: task.learningRate,
    shapes: Object.fromEntries(all.map(([name, { shape }]) => [name, shape])),
  };
  try {
    writeFileSync(join(folder, 'task.json'), JSON.stringify(file));
    for (const [name, { values }] of all) {
      writeFileSync(join(folder, name), Float32Array.from(values));
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const script = 'ours/layers.ts';
const ours = backends.flatMap((backend) => oursOn(compiled, backend, script));
const theirs = [
  ...python('JAX', 'layers_jax', 'jax'),
  ...python('PyTorch', 'layers_torch', 'torch'),
];
const entrants = [...ours, ...oursOn(plain, 'native', script), ...theirs];
const goals: readonly Goal[] = [
  {
    name: 'ours compiled / fastest of JAX, PyTorch',
    ...{ of: namesOf(ours), over: namesOf(theirs), target: 1 },
  },
];

/** The workload of a task. */
export const layersOf = (task: LayersTask): Workload => ({
  measure: async (stage) => {
    const { name, title } = task;
    const timings = await inFolder(task, (folder) =>
      lineUp(entrants, stage, (processes) => timeInFolder(name, task, folder, processes, stage)),
    );
    return [{ name, title, timings }];
  },
  ratios: ([{ name, timings }]) => ratiosOf(name, goals, timings),
});
