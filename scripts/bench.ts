// Times a training step on the cat network's shapes: 12288-20-7-5-1, 209 samples, full batch.
// Contestants take turns in one process, so that what disturbs the machine disturbs them alike.
//   npm run bench [-- --rounds 7 --iterations 30 --backends native,wasm --json]

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import * as tfjs from '@tensorflow/tfjs';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { relu, sigmoid } from '../src/core/activations.js';
import { dense } from '../src/core/layers.js';
import { binaryCrossEntropy } from '../src/core/losses.js';
import { cost, forward, initialize, network } from '../src/core/network.js';
import { gradientDescent } from '../src/core/optimizers.js';
import { RandomState } from '../src/core/random.js';
import { disposeReplaced, matrix } from '../src/core/tensors.js';
import { type BackendName, useBackend } from '../src/runtime/backends.js';
import { train } from '../src/training/train.js';

interface Contestant {
  run(iterations: number): Promise<void>;
  dispose(): void;
}

const sizes = [12288, 20, 7, 5, 1];
const m = 209;
const learningRate = 0.0075;

const layers = sizes.slice(1).map((n, i) => dense(n, i === 3 ? sigmoid : relu));
const net = network({ nX: sizes[0], layers, loss: binaryCrossEntropy });

/** The project's own step: forward, backward and update by hand. */
function byHand(X: Tensor2D, Y: Tensor2D): Contestant {
  const state = { params: initialize(net, new RandomState(1)), optimizerState: {} };
  const rule = gradientDescent({ learningRate });
  return {
    run: async (iterations) => {
      await train(net, rule, state, X, Y, { iterations, costEvery: iterations });
    },
    dispose: () => disposeReplaced(state.params, {}),
  };
}

/** The same forward pass and cost, differentiated by TensorFlow.js. */
function byVariableGrads(X: Tensor2D, Y: Tensor2D): Contestant {
  const start = initialize(net, new RandomState(1));
  const variables = Object.values(start).map((P) => tf.variable(P));
  const names = Object.keys(start);
  const params = Object.fromEntries(
    names.map((name, i) => [name, variables[i] as unknown as Tensor2D]),
  );
  const sgd = tfjs.train.sgd(learningRate);
  const J = () => cost(net, params, forward(net, params, X).caches, Y) as Scalar;
  return {
    run: async (iterations) => {
      for (let i = 0; i < iterations; i++) sgd.minimize(J, false, variables);
      J().dataSync();
    },
    dispose: () => {
      for (const variable of variables) variable.dispose();
      disposeReplaced(start, {});
      sgd.dispose();
    },
  };
}

/** tfjs-layers: the same network as a Keras model, fit on the whole batch. */
function byModelFit(X: Tensor2D, Y: Tensor2D): Contestant {
  const model = tfjs.sequential({
    layers: sizes.slice(1).map((units, i) =>
      tfjs.layers.dense({
        units,
        activation: i === 3 ? 'sigmoid' : 'relu',
        ...(i === 0 && { inputShape: [sizes[0]] }),
      }),
    ),
  });
  model.compile({ optimizer: tfjs.train.sgd(learningRate), loss: 'binaryCrossentropy' });
  const rowsX = tf.transpose(X) as tfjs.Tensor2D;
  const rowsY = tf.transpose(Y) as tfjs.Tensor2D;
  return {
    run: async (epochs) => {
      const quiet = { shuffle: false, verbose: 0, yieldEvery: 'never' as const };
      await model.fit(rowsX, rowsY, { epochs, batchSize: m, ...quiet });
    },
    dispose: () => {
      model.dispose();
      tf.dispose([rowsX, rowsY]);
    },
  };
}

const contestants = {
  'by hand': byHand,
  variableGrads: byVariableGrads,
  'model.fit': byModelFit,
};

type Name = keyof typeof contestants;
interface Timing {
  /** Median of the rounds. */
  msPerIteration: number;
  /** Fastest and slowest round. */
  spread: [number, number];
}

async function compare(backend: BackendName, rounds: number, iterations: number) {
  await useBackend(backend);
  const random = new RandomState(1);
  const X = matrix(random.rand(sizes[0] * m), [sizes[0], m]);
  const Y = matrix(random.randint(0, 2, m), [1, m]);
  const names = Object.keys(contestants) as Name[];
  const entered = names.map((name) => contestants[name](X, Y));
  const times: number[][] = names.map(() => []);
  for (const contestant of entered) await contestant.run(iterations); // warm up
  for (let round = 0; round < rounds; round++) {
    for (const [i, contestant] of entered.entries()) {
      const start = performance.now();
      await contestant.run(iterations);
      times[i].push((performance.now() - start) / iterations);
    }
  }
  for (const contestant of entered) contestant.dispose();
  tf.dispose([X, Y]);
  return Object.fromEntries(names.map((name, i) => [name, timing(times[i])])) as Record<
    Name,
    Timing
  >;
}

function timing(times: number[]): Timing {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { msPerIteration: median, spread: [sorted[0], sorted.at(-1)!] };
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    iterations: { type: 'string', default: '30' },
    backends: { type: 'string', default: 'native,wasm' },
    json: { type: 'boolean', default: false },
  },
});

const results: Record<string, Record<Name, Timing>> = {};
for (const backend of values.backends.split(',') as BackendName[]) {
  results[backend] = await compare(backend, Number(values.rounds), Number(values.iterations));
}

const ratios = Object.fromEntries(
  Object.entries(results).map(([backend, timings]) => {
    const own = timings['by hand'].msPerIteration;
    const against = (name: Name) => own / timings[name].msPerIteration;
    return [
      backend,
      { variableGrads: against('variableGrads'), 'model.fit': against('model.fit') },
    ];
  }),
);
const machine = `${cpus().length} cores of ${cpus()[0].model}, Node ${process.versions.node}, TensorFlow.js ${tf.version_core}`;

if (values.json) {
  console.log(JSON.stringify({ machine, workloads: { cat: results }, ratios }, null, 2));
} else {
  console.log(`Cat network ${sizes.join('-')}, ${m} samples; ${machine}`);
  for (const [backend, timings] of Object.entries(results)) {
    for (const [name, { msPerIteration, spread }] of Object.entries(timings)) {
      const range = spread.map((ms) => ms.toFixed(2)).join(' to ');
      console.log(
        `${backend.padEnd(7)} ${name.padEnd(14)} ${msPerIteration.toFixed(2).padStart(7)} ms an iteration (${range})`,
      );
    }
    for (const [name, ratio] of Object.entries(ratios[backend])) {
      console.log(`${backend.padEnd(7)} by hand / ${name}: ${ratio.toFixed(2)}`);
    }
  }
}
