// Pictures: a small residual network tells cats from other things, in 32 x 32 pixels.
//   npm run example:pictures [-- --data FOLDER] [--short]
//
// FOLDER holds the course's cat set: `npm run handgrad -- data` downloads it to data/. Without it the
// pictures are drawn by handgrad: animals' faces and other things. The network's width and its dropout,
// the epochs, the learning rate and the shifts were chosen by five-fold validation on the 209 training
// pictures of the cat set. The 50 test pictures are only looked at here, at the end.
// --short trains one network for a few epochs, in place of five.

import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import {
  adam,
  batchNorm,
  binaryCrossEntropy,
  conv2d,
  DeepNeuralNetwork,
  dense,
  dropout,
  globalAveragePool2d,
  initializers,
  network,
  plans,
  RandomState,
  relu,
  residual,
  schedules,
  sigmoid,
  useBackend,
} from 'handgrad';
import { augment, embeddedDataset, loadDataset, type PictureSet, toMatrices } from 'handgrad/data';

const { values: asked } = parseArgs({
  options: { data: { type: 'string' }, short: { type: 'boolean' } },
});
const { name } = await useBackend('auto');
const dataset = asked.data ? await loadDataset(asked.data) : await embeddedDataset();
console.log(`backend ${name}, pictures ${dataset.name}`);

// The data: X (m, 32, 32, 3), where each pixel is the mean of 2 x 2 in a picture of 64 x 64, Y (1, m).
function samples(set: PictureSet) {
  const { X, Y } = toMatrices(set); // (n_x, m), (1, m)
  const { height, width } = set;
  const pictures = X.transpose().reshape<tf.Tensor4D>([-1, height, width, 3]); // (m, 64, 64, 3)
  const small = tf.image.resizeBilinear(pictures, [32, 32], false, true); // (m, 32, 32, 3)
  return { X: small, Y };
}
const training = samples(dataset.train);
const test = samples(dataset.test);

// A residual network as in Course 4: three blocks of two convolutions, each with what it is given
// added to what it gives. Where a block halves the sides, a convolution of 1 x 1 goes past it.
const norm = () => batchNorm({ momentum: 0.9 });
const conv = (filters: number, kernelSize = 3, strides = 1) =>
  conv2d({
    ...{ filters, kernelSize, strides, padding: 'same', useBias: false },
    initializer: initializers.he,
  });
const around = (filters: number, strides = 1) =>
  residual({
    layers: [conv(filters, 3, strides), norm(), relu, conv(filters), norm()],
    shortcut: strides > 1 ? [conv(filters, 1, strides), norm()] : [],
  });
const resNet = network({
  input: [32, 32, 3],
  layers: [
    ...[conv(16, 3, 2), norm(), relu], // 16x16x16
    ...[around(16), relu], // 16x16x16
    ...[around(32, 2), relu], // 8x8x32
    ...[around(64, 2), relu], // 4x4x64
    ...[globalAveragePool2d(), dropout(0.3), dense(1, sigmoid)],
  ],
  loss: binaryCrossEntropy,
});

// Each round draws ten other versions of every picture, mirrored or not, moved by up to 3 pixels, and
// trains on them once. Weights, optimizer and random numbers go on from round to round.
async function train(seed: number, rounds: number): Promise<DeepNeuralNetwork> {
  const [versions, batchSize, plan] = [10, 32, plans.compiled];
  const random = new RandomState(100 + seed);
  const Y = tf.tile(training.Y, [1, versions]); // (1, 10 m)
  const decaySteps = rounds * Math.ceil(Y.size / batchSize);
  const learningRate = schedules.cosineDecay({ learningRate: 0.003, decaySteps });
  const optimizer = adam({ learningRate });
  const model = new DeepNeuralNetwork(resNet, { seed });
  for (let round = 1; round <= rounds; round++) {
    const X = tf.tidy(() => {
      const each = () => augment(training.X, { random, flip: true, shift: 3 });
      return tf.concat(Array.from({ length: versions }, each)); // (10 m, 32, 32, 3)
    });
    const { history } = await model.fit(X, Y, { optimizer, epochs: 1, batchSize, plan });
    X.dispose();
    console.log(`seed ${seed}, round ${round}: cost before it ${history.cost[0].toFixed(4)}`);
  }
  return model;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const accuracies: number[] = [];
for (const seed of asked.short ? [1] : [1, 2, 3, 4, 5]) {
  const model = await train(seed, asked.short ? 2 : 4);
  const accuracy = model.accuracyScore(test.X, test.Y);
  accuracies.push(accuracy);
  const learned = model.accuracyScore(training.X, training.Y);
  console.log(
    `seed ${seed}: ${percent(learned)} of training, ${percent(accuracy)} of test pictures`,
  );
  model.dispose();
}
const mean = accuracies.reduce((sum, one) => sum + one) / accuracies.length;
console.log(`${percent(mean)} of ${test.Y.size} test pictures are told rightly, on average`);
