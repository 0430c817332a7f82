// The compiled step on one engine, whatever the planner would take, as a process of the bench.
//   tsx engines.ts ENGINE, which is graph, parts (a graph that works on two at once), xla or wasm

import * as tf from '@tensorflow/tfjs-core';
import { compile } from '../../../src/compiled/compile.js';
import type { Step } from '../../../src/compiled/step.js';
import type { Network } from '../../../src/core/network.js';
import { gradientDescent, type Optimizer } from '../../../src/core/optimizers.js';
import { pure } from '../../../src/core/pure.js';
import { disposeReplaced } from '../../../src/core/tensors.js';
import { nextInParts } from '../../../src/training/inParts.js';
import { flat } from '../../../src/training/plans/compiled.js';
import { stateOf, valuesOf } from '../../../src/training/stateValues.js';
import { readTask } from '../taskFolder.js';
import { batches, problem, readCost } from './problem.js';
import { serve } from './serve.js';
import type { Way } from './way.js';

const [, , wanted] = process.argv;
const engine = wanted === 'graph' || wanted === 'parts' ? 'native' : wanted;
/** XLA is for runs that are long. */
const steps = engine === 'xla' ? Number.POSITIVE_INFINITY : 0;
const atOnce = 100;

/** Whether it pays or not. */
const inTwoParts = (network: Network, optimizer: Optimizer): Step =>
  pure((values, X, Y, XT) =>
    valuesOf(nextInParts(network, optimizer, stateOf(values), { X, Y, XT }, 2)),
  );

const way: Way = {
  start: async (given) => {
    const { task, network, X, Y } = given;
    const optimizer = gradientDescent({ learningRate: task.learningRate });
    const step = wanted === 'parts' ? inTwoParts(network, optimizer) : flat(network, optimizer);
    const { batchSize } = task;
    let values = valuesOf({ params: given.params, optimizerState: {} });
    const replay = await compile(step, values, X, Y, { batchSize, steps });
    if ('refused' in replay) return replay;
    if (replay.engine !== engine) {
      replay.dispose();
      return { refused: `Such a step is none for ${engine}: it runs on ${replay.engine}.` };
    }
    const next = (all: ReturnType<typeof batches>) => {
      const before = values;
      values =
        batchSize === undefined
          ? replay.run(before, all.length)
          : replay.runBatches(before, all as readonly Int32Array[]);
      disposeReplaced(before, values);
    };
    return {
      atOnce,
      run: (iterations, { inOrder = false } = {}) => {
        const all = batches(task, iterations, inOrder);
        for (let i = 0; i < all.length; i += atOnce) next(all.slice(i, i + atOnce));
      },
      cost: () => readCost(given, stateOf(values).params),
      dispose: () => {
        replay.dispose();
        tf.dispose(values);
      },
    };
  },
  whole: async () => ({ refused: 'Engines are compared by their steps.' }),
};

await serve(way, engine === 'wasm' ? 'wasm' : 'native', (folder) => {
  const task = readTask(folder);
  return { begin: () => problem(task) };
});
