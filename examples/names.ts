// Names for dinosaurs that never were, as in Course 5, week 1: a GRU reads real names letter by letter,
// learns which letter comes next, and then goes on by itself. It takes about 20 seconds.
//   npm run example:names
//   npm run example:names -- --short     50 steps on 64 names, as the tests run it

import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import {
  adam,
  DeepNeuralNetwork,
  dense,
  embedding,
  forward,
  gru,
  network,
  type Params,
  plans,
  RandomState,
  softmax,
  sparseCategoricalCrossEntropy,
  useBackend,
} from 'handgrad';

const isShort = process.argv.includes('--short');
const { name: backend } = await useBackend('auto');

// A letter's id is its place here. The first one ends a name, and stands before its first letter.
const letters = '\nabcdefghijklmnopqrstuvwxyz';
const [V, T] = [letters.length, 24]; // the longest name has 23 letters
const list = readFileSync(new URL('dinosaurs.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const names = isShort ? list.slice(0, 64) : list;
const ids = names.map((name) => [...name.padEnd(T, '\n')].map((letter) => letters.indexOf(letter)));
const Y = tf.tensor2d(ids); // (m, T)
const X = tf.tensor2d(ids.map((row) => [0, ...row.slice(0, -1)])); // (m, T): the letters before

const parts = {
  layers: [
    embedding({ inputDim: V, outputDim: 16 }), // (m, T, 16)
    gru({ units: 64, returnSequences: true }), // (m, T, 64)
    dense(V, softmax), // (m, T, V): the probabilities of the next letter
  ],
  loss: sparseCategoricalCrossEntropy,
};
const model = new DeepNeuralNetwork(network({ input: [T], ...parts }), { seed: 1 });
console.log(`${names.length} names on ${backend}`);

// The same layers on one letter: the GRU's state goes in and comes out, and is all that it remembers.
const one = network({ input: [1], ...parts });
const random = new RandomState(2);

/** So many names at once, each letter drawn with its probability. */
function invent(count: number): string[] {
  const written = new Array<string>(count).fill('');
  let last = new Array<number>(count).fill(0);
  let state: Params = {};
  for (let t = 0; t < T; t++) {
    const x = tf.tensor2d(last, [count, 1]); // (count, 1)
    const next = tf.tidy(() => {
      const { AL, state: after } = forward(one, model.parameters, x, { state });
      return { AL, after }; // (count, 1, V), { h2: (count, 64) }
    });
    const probabilities = next.AL.arraySync() as number[][][];
    last = last.map((id, i) => (t > 0 && id === 0 ? 0 : choose(probabilities[i][0])));
    for (const [i, id] of last.entries()) written[i] += letters[id];
    tf.dispose([x, next.AL, state]);
    state = next.after;
  }
  tf.dispose(state);
  return written.map((name) => name.trim()).filter((name) => name !== '');
}

/** An id with its probability: where a draw from [0, 1) falls among their sums. */
function choose(probabilities: number[]): number {
  const draw = random.uniform();
  let sum = 0;
  const id = probabilities.findIndex((p) => {
    sum += p;
    return draw < sum;
  });
  return Math.max(id, 0);
}

const optimizer = adam({ learningRate: 0.005 });
const length = isShort ? { epochs: 50, costEvery: 1 } : { epochs: 40, batchSize: 32, costEvery: 5 };
const started = performance.now();
await model.fit(X, Y, {
  ...{ ...length, callbackEvery: length.costEvery, optimizer, plan: plans.compiled },
  onPlan: ({ name, refused }) => console.log(refused ?? `training ${name}`),
  onEpochEnd: (epoch, cost) => {
    console.log(`epoch ${epoch}: cost ${cost?.toFixed(6)}`);
    if (epoch % 10 === 0) console.log(`  ${invent(6).join(', ')}`);
  },
});

const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(`after ${seconds} s: cost ${model.costFunction(X, Y).toFixed(6)}`);
const real = new Set(list);
const isNew = (name: string) => !real.has(name);
console.log(`new names: ${invent(40).filter(isNew).join(', ')}`);
