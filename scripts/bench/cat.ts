// The step of the cat network, 12288-20-7-5-1 on 209 samples, full batch: by hand, by
// tf.variableGrads, and by tfjs-layers' model.fit; on the native backend and on WASM.

import * as tfjs from '@tensorflow/tfjs';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { relu, sigmoid } from '../../src/core/activations.js';
import { dense } from '../../src/core/layers.js';
import { binaryCrossEntropy } from '../../src/core/losses.js';
import { cost, forward, initialize, network } from '../../src/core/network.js';
import { gradientDescent } from '../../src/core/optimizers.js';
import { RandomState } from '../../src/core/random.js';
import { disposeReplaced, matrix } from '../../src/core/tensors.js';
import { type BackendName, useBackend } from '../../src/runtime/backends.js';
import { train } from '../../src/training/train.js';
import { type Contestant, takeTurns, type Workload } from './takeTurns.js';

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

const iterations = 30;

async function compare(backend: BackendName, rounds: number) {
  await useBackend(backend);
  const random = new RandomState(1);
  const X = matrix(random.rand(sizes[0] * m), [sizes[0], m]);
  const Y = matrix(random.randint(0, 2, m), [1, m]);
  const contestants = {
    [`by hand, ${backend}`]: byHand(X, Y),
    [`variableGrads, ${backend}`]: byVariableGrads(X, Y),
    [`model.fit, ${backend}`]: byModelFit(X, Y),
  };
  const timings = await takeTurns(contestants, rounds, iterations);
  for (const contestant of Object.values(contestants)) contestant.dispose();
  tf.dispose([X, Y]);
  return timings;
}

export const cat: Workload = {
  title: `Cat network ${sizes.join('-')}, ${m} samples, a training step`,
  run: async (rounds) => ({
    ...(await compare('native', rounds)),
    ...(await compare('wasm', rounds)),
  }),
  ratios: [
    ['by hand, native', 'variableGrads, native'],
    ['by hand, native', 'model.fit, native'],
    ['by hand, wasm', 'variableGrads, wasm'],
    ['by hand, wasm', 'model.fit, wasm'],
  ],
};
