// A process that times steps of a training in shards: in itself, or with workers. Its parent says which steps
// on stdin, a JSON list of batch sizes and counts a line; each answer is a line of seconds a step.

import { createInterface } from 'node:readline';
import type { TrainOptions } from '../../../src/cli/commands/train.js';
import { sameData } from '../../../src/cli/train/data.js';
import { networkFor } from '../../../src/cli/train/network.js';
import { optimizerFor, settingsFor } from '../../../src/cli/train/settings.js';
import { shardsOf } from '../../../src/cli/train/shards/shardsOf.js';
import { trainedOf } from '../../../src/core/parameters.js';
import { fitScaling } from '../../../src/data/scaling.js';
import { useBackend } from '../../../src/runtime/backends.js';
import { DeepNeuralNetwork } from '../../../src/training/deepNeuralNetwork.js';

const { signal } = new AbortController();

async function main(given: Partial<TrainOptions>): Promise<void> {
  const options = { ...usual, ...given } as TrainOptions;
  const data = await sameData({ path: options.data, isCourse: false }, options, signal);
  const settings = settingsFor(options, data);
  const network = networkFor(data, settings, options);
  const backend = await useBackend(options.backend, { threads: 1 });
  const model = new DeepNeuralNetwork(network, { seed: 1 });
  const optimizer = optimizerFor(options, data, settings, network);
  const tensors = { scaling: fitScaling(data.train, settings.scale), flat: true };
  const prepared = { data, settings, tensors, model, optimizer, backend };
  const shards = await shardsOf(prepared, options, signal);
  const params = model.parameters;
  const stepper = shards.source.start(network, optimizer, params);
  const state = { params, optimizerState: optimizer.start(trainedOf(network, params)) };
  const step = async (m: number, i: number) => {
    const all = data.train.m;
    const batch =
      m === all ? undefined : Int32Array.from({ length: m }, (_, j) => (i * m + j * 7919) % all);
    const start = performance.now();
    await stepper.run(state, [batch]);
    return (performance.now() - start) / 1000;
  };
  await step(64, 0); // the children read the data
  console.log('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    const { m, times } = JSON.parse(line) as { m: number; times: number };
    await step(m, 0);
    const seconds: number[] = [];
    for (let i = 1; i <= times; i++) seconds.push(await step(m, i));
    console.log(JSON.stringify(seconds));
  }
  await shards.close();
}

const usual: Partial<TrainOptions> = {
  ...{ network: 'dense', activation: 'relu', optimizer: 'adam', seed: 1, backend: 'native' },
  ...{ test: 0, validation: 0, shards: 8, checkpointEvery: 30, compile: true, check: false },
};

void main(JSON.parse(process.argv[2])).then(() => process.exit());
