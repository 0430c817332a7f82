// A small GPT reads Alice in Wonderland letter by letter, learns which letter comes next, and then goes
// on by itself: two transformer blocks, 113,000 parameters. It takes about 5 minutes on two cores.
//   npm run example:gpt
//   npm run example:gpt -- --short     50 steps of a smaller one, as the tests run it

import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import {
  adam,
  DeepNeuralNetwork,
  dense,
  embedding,
  layerNorm,
  network,
  plans,
  positionalEmbedding,
  RandomState,
  schedules,
  softmax,
  sparseCategoricalCrossEntropy,
  transformerBlock,
  useBackend,
} from 'handgrad';

const { T, d, blocks, m, epochs, costEvery } = process.argv.includes('--short')
  ? { T: 16, d: 32, blocks: 1, m: 32, epochs: 50, costEvery: 1 }
  : { T: 64, d: 64, blocks: 2, m: 4096, epochs: 20, costEvery: 2 };
const { name: backend } = await useBackend('auto');

// A letter's id is its place among all letters of the text, in order.
const text = readFileSync(new URL('alice.txt', import.meta.url), 'utf8');
const letters = [...new Set(text)].sort();
const V = letters.length;
const idOf = new Map(letters.map((letter, id) => [letter, id]));
const idsOf = (text: string) => [...text].map((letter) => idOf.get(letter)!);
const ids = idsOf(text);

/** Pieces of T letters from the text, and for each letter the one that follows. */
function pieces(count: number, from: number, to: number) {
  const starts = Array.from({ length: count }, (_, i) =>
    Math.floor(from + i * ((to - from - T) / count)),
  );
  const shifted = (by: number) => starts.map((start) => ids.slice(start + by, start + by + T));
  return { X: tf.tensor2d(shifted(0)), Y: tf.tensor2d(shifted(1)) }; // (count, T), (count, T)
}
const seen = Math.floor(0.95 * ids.length); // the end of the book is kept back
const read = pieces(m, 0, seen);
const unread = pieces(100, seen, ids.length - 1);

const gpt = network({
  input: [T],
  layers: [
    embedding({ inputDim: V, outputDim: d }), // (m, T, d)
    positionalEmbedding(), // (m, T, d)
    ...Array.from({ length: blocks }, () =>
      transformerBlock({ numHeads: 4, keyDim: d / 4, causal: true }),
    ), // (m, T, d)
    layerNorm({ epsilon: 1e-5 }), // (m, T, d)
    dense(V, softmax), // (m, T, V): the probabilities of the next letter
  ],
  loss: sparseCategoricalCrossEntropy,
});
const model = new DeepNeuralNetwork(gpt, { seed: 1 });
console.log(`${m} pieces of ${T} letters on ${backend}`);

/** So many letters more. A position sees none behind it, so what fills the rest does not matter. */
function goOn(start: string, count: number): string {
  const written = idsOf(start);
  for (let i = 0; i < count; i++) {
    const last = written.slice(-T);
    const x = tf.tensor2d([...last, ...new Array(T - last.length).fill(0)], [1, T]); // (1, T)
    const AL = model.predictProb(x) as tf.Tensor; // (1, T, V)
    written.push(choose(AL.dataSync().slice((last.length - 1) * V, last.length * V)));
    tf.dispose([x, AL]);
  }
  return written.map((id) => letters[id]).join('');
}

const random = new RandomState(2);
/** An id with its probability: where a draw from [0, 1) falls among their sums. */
function choose(probabilities: ArrayLike<number>): number {
  const draw = random.uniform();
  let sum = 0;
  const id = Array.from(probabilities).findIndex((p) => {
    sum += p;
    return draw < sum;
  });
  return Math.max(id, 0);
}

const batchSize = 32;
const decaySteps = (epochs * m) / batchSize;
const optimizer = adam({
  learningRate: schedules.cosineDecay({ learningRate: 0.003, decaySteps }),
});
const started = performance.now();
await model.fit(read.X, read.Y, {
  ...{ epochs, batchSize, costEvery, callbackEvery: costEvery, optimizer, plan: plans.compiled },
  onPlan: ({ name, refused }) => console.log(refused ?? `training ${name}`),
  onEpochEnd: (epoch, cost) => {
    console.log(`epoch ${epoch}: cost ${cost?.toFixed(6)}`);
    if (epoch % 10 === 0) console.log(`  ${goOn('Alice ', 60).replaceAll('\n', ' ')}`);
  },
});

const seconds = ((performance.now() - started) / 1000).toFixed(0);
const [J, JUnread] = [read, unread].map(({ X, Y }) => model.costFunction(X, Y).toFixed(6));
console.log(`after ${seconds} s: cost ${J}, and ${JUnread} on the end of the book, kept back`);
console.log(goOn('Alice ', 10 * T));
