// A network that trains in the browser, on the exclusive or of two bits.
//   npm run example:browser      builds handgrad, bundles this page with Vite and serves it

import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { DeepNeuralNetwork, fromRows, sigmoid, tanh } from 'handgrad';

const log = document.querySelector('#log')!;
const say = (line: string) => log.append(`${line}\n`);

await tf.setBackend('cpu'); // for so few numbers faster than WASM or WebGL

const bits = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const X = fromRows(bits); // (2, m): samples in columns
const Y = fromRows(bits.map(([a, b]) => a ^ b)); // (1, m)

document.querySelector('#train')!.addEventListener('click', async () => {
  log.textContent = '';
  const model = new DeepNeuralNetwork([2, 4, 1], [tanh, sigmoid], { seed: 3 });
  say(`cost at first ${model.costFunction(X, Y).toFixed(4)}`);
  await model.fit(X, Y, { iterations: 3000, learningRate: 0.5 });
  say(`cost at the end ${model.costFunction(X, Y).toFixed(4)}`);
  const probabilities = model.predictProb(X).dataSync();
  for (const [i, [a, b]] of bits.entries()) {
    say(`${a} xor ${b}: 1 with probability ${probabilities[i].toFixed(3)}`);
  }
  model.dispose();
  say('done');
});
