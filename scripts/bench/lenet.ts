// LeNet-5 of Course 4, with relu and max pooling, on 28 x 28 pixels.

import { relu, softmax } from '../../src/core/activations.js';
import { he } from '../../src/core/initializers.js';
import { conv2d, dense, flatten, maxPool2d } from '../../src/core/layers.js';
import { categoricalCrossEntropy } from '../../src/core/losses.js';
import { network } from '../../src/core/network.js';
import type { LayersTask } from './layers.js';

const conv = (filters: number) =>
  conv2d({ filters, kernelSize: 5, activation: relu, initializer: he });

export const lenet: LayersTask = {
  name: 'lenet',
  title: 'LeNet on 28 x 28 pixels, steps on 64 samples',
  network: network({
    input: [28, 28, 1],
    layers: [
      conv(6), // (m, 24, 24, 6)
      maxPool2d({ poolSize: 2 }), // (m, 12, 12, 6)
      conv(16), // (m, 8, 8, 16)
      maxPool2d({ poolSize: 2 }), // (m, 4, 4, 16)
      flatten(), // (256, m)
      dense(120, relu, he),
      dense(84, relu, he),
      dense(10, softmax),
    ],
    loss: categoricalCrossEntropy,
  }),
  m: 64,
  learningRate: 0.05,
  draw: (random, m) => ({
    X: { shape: [m, 28, 28, 1], values: random.rand(m * 28 * 28) },
    Y: { shape: [10, m], values: oneHot(random.randint(0, 10, m), 10) },
  }),
};

/** Y (n_y, m), row by row */
const oneHot = (labels: readonly number[], nY: number) =>
  Array.from({ length: nY }, (_, k) => labels.map((label) => Number(label === k))).flat();
