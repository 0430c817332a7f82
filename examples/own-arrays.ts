// Arrays of your own: train a network on them, predict, save it, and load it again.
//   npx tsx examples/own-arrays.ts [FOLDER]
//
// The table: the hours that a student slept and studied before an exam, and whether it was passed. Both
// are needed, so that neither number alone tells.

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeepNeuralNetwork, matrix, sigmoid, tanh, useBackend } from 'handgrad';
import { loadModel } from 'handgrad/export';

const table = [
  { slept: 8, studied: 7, passed: 1 },
  { slept: 7, studied: 9, passed: 1 },
  { slept: 9, studied: 6, passed: 1 },
  { slept: 6, studied: 8, passed: 1 },
  { slept: 2, studied: 9, passed: 0 },
  { slept: 3, studied: 8, passed: 0 },
  { slept: 9, studied: 1, passed: 0 },
  { slept: 8, studied: 2, passed: 0 },
  { slept: 3, studied: 2, passed: 0 },
];
const m = table.length;

// 'native' is faster where it is set up; 'auto' takes the fastest.
const { name } = await useBackend('wasm');
console.log(`backend ${name}`);

// Samples are columns. Features of similar size, about 0 to 1, let gradient descent move straight.
const features = (rows: { slept: number; studied: number }[]) =>
  matrix(
    [...rows.map(({ slept }) => slept / 10), ...rows.map(({ studied }) => studied / 10)],
    [2, rows.length],
  );
const X = features(table); // (2, m)
const Y = matrix(
  table.map(({ passed }) => passed),
  [1, m],
); // (1, m)

const model = new DeepNeuralNetwork([2, 4, 1], [tanh, sigmoid], { seed: 3 });
console.log(`cost at first ${model.costFunction(X, Y).toFixed(4)}`);
await model.fit(X, Y, { iterations: 2000, learningRate: 1 });
console.log(`cost at the end ${model.costFunction(X, Y).toFixed(4)}`);

const you = features([{ slept: 7, studied: 7 }]); // (2, 1)
const probability = model.predictProb(you).dataSync()[0];
console.log(`slept 7 hours, studied 7: passes with probability ${probability.toFixed(3)}`);

const folder = process.argv[2] ?? join(tmpdir(), 'exam');
await model.save(folder);
const { network, params } = await loadModel(folder);
console.log(
  `saved in ${folder}: ${network.layers.length} layers, ${Object.keys(params).join(', ')}`,
);
