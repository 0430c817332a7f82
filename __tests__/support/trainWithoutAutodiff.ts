/*
 * Run as a process of its own: trains 50 steps of each network on a backend that registers no
 * gradients, and prints what it found as JSON. Usage:
 * node --import tsx trainWithoutAutodiff.ts BACKEND KERNEL…
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { relu, sigmoid } from '../../src/core/activations.js';
import { type Layer, type Shape, sizeOf } from '../../src/core/layer.js';
import {
  batchNorm,
  conv2d,
  dense,
  flatten,
  gru,
  layerNorm,
  lstm,
  maxPool2d,
  residual,
  selfAttention,
} from '../../src/core/layers.js';
import { binaryCrossEntropy } from '../../src/core/losses.js';
import { initialize, type Network, network } from '../../src/core/network.js';
import { adam } from '../../src/core/optimizers.js';
import { trainedOf } from '../../src/core/parameters.js';
import { RandomState } from '../../src/core/random.js';
import { tensor } from '../../src/core/tensors.js';
import { type BackendName, useBackend } from '../../src/runtime/backends.js';
import { train } from '../../src/training/train.js';
import { smallTask } from './smallTask.js';

const [backend, ...kernels] = process.argv.slice(2);
await useBackend(backend as BackendName);

/** Whether the first number of a sample is above 0, as each kind of network learns it. */
const learn = async (net: Network, X: Tensor): Promise<number[]> => {
  const first = tf.gather(tf.reshape(X, [m, -1]), tf.tensor1d([0], 'int32'), 1);
  const Y = tf.transpose(tf.cast(tf.greater(first, 0), 'float32')); // (1, m)
  const optimizer = adam({ learningRate: 0.02 });
  const params = initialize(net, new RandomState(1));
  const state = { params, optimizerState: optimizer.start(trainedOf(net, params)) };
  return (await train(net, optimizer, state, X, Y, { iterations: 50 })).history.cost;
};
const m = 12;
const drawn = (...shape: number[]) =>
  tensor(new RandomState(2).randn(m * sizeOf(shape)), [m, ...shape]);
const end = [dense(1, sigmoid)];
const networks: Record<string, [Shape, Layer[]]> = {
  convolutional: [
    [6, 6, 1],
    [
      conv2d({ filters: 4, kernelSize: 3, padding: 'same' }),
      ...[batchNorm(), relu(), maxPool2d(), flatten(), ...end],
    ],
  ],
  recurrent: [
    [4, 2],
    [gru({ units: 6, returnSequences: true }), lstm({ units: 6 }), ...end],
  ],
  attention: [
    [4, 6],
    [residual([layerNorm(), selfAttention({ numHeads: 2, keyDim: 3 })]), flatten(), ...end],
  ],
};

const { network: small, optimizer, state, X, Y } = smallTask();
const { history } = await train(small, optimizer, state, X, Y, { iterations: 50 });
const costs: Record<string, readonly number[]> = { dense: history.cost };
for (const [name, [input, layers]] of Object.entries(networks)) {
  const net = network({ input, layers, loss: binaryCrossEntropy });
  costs[name] = await learn(net, drawn(...input));
}

const autodiff = () => {
  const w = tf.variable(X);
  try {
    tf.variableGrads(() => tf.sum(tf.square(w)), [w]);
    return 'it differentiates';
  } catch (error) {
    return (error as Error).message;
  }
};

console.log(
  JSON.stringify({
    costs,
    registered: kernels.filter((kernel) => tf.getGradient(kernel) !== undefined),
    autodiff: autodiff(),
  }),
);
