// Our compiled or plain steps of a network of layers on one backend, as a process of the bench.
//   tsx layers.ts WAY BACKEND

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tensor } from '../../../src/core/tensors.js';
import type { BackendName } from '../../../src/runtime/backends.js';
import { compiled, plain } from '../../../src/training/plans/index.js';
import { gru } from '../gru.js';
import type { LayersFile } from '../layers.js';
import { lenet } from '../lenet.js';
import { transformer } from '../transformer.js';
import { byPlan, preferenceOf } from './plans.js';
import type { Trainable } from './problem.js';
import { type Given, serve } from './serve.js';

const [, , name, backend] = process.argv;
const networks = { lenet, gru, transformer };
const plans = { 'ours compiled': compiled, 'ours plain': plain };

/** Reads what bench/layers.ts wrote. */
function read(folder: string): Given<Trainable> {
  const task: LayersFile = JSON.parse(readFileSync(join(folder, 'task.json'), 'utf8'));
  const numbers = Object.entries(task.shapes).map(([name, shape]) => {
    const { buffer, byteOffset, byteLength } = readFileSync(join(folder, name));
    const values = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
    return [name, { values, shape }] as const;
  });
  return {
    preference: preferenceOf(name),
    begin: () => {
      const all = numbers.map(([name, { values, shape }]) => [name, tensor(values, shape)]);
      const { X, Y, ...params } = Object.fromEntries(all);
      return { task, network: networks[task.network].network, X, Y, params };
    },
  };
}

await serve(byPlan(plans[name as keyof typeof plans]), backend as BackendName, read);
