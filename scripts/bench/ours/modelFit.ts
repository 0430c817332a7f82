import * as tfjs from '@tensorflow/tfjs';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { softmax } from '../../../src/core/activations.js';
import { headOf } from '../../../src/core/network.js';
import { type Problem, readCost } from './problem.js';
import type { Running, Way } from './way.js';

type Names = Parameters<typeof tfjs.layers.dense>[0]['activation'];

/** tfjs-layers: the same network as a Keras model. */
function start(problem: Problem): Running {
  const { task, network, X, Y, params } = problem;
  const { m, batchSize = m, learningRate } = task;
  const model = tfjs.sequential({
    layers: task.activations.map((activation, i) =>
      tfjs.layers.dense({
        units: task.sizes[i + 1],
        activation: activation as Names,
        ...(i === 0 && { inputShape: [task.sizes[0]] }),
      }),
    ),
  });
  tf.tidy(() => {
    // Keras has W (n_prev, n_l) and b (n_l).
    model.setWeights(
      Object.entries(params).map(([name, P]) =>
        name.startsWith('W') ? tf.transpose(P) : tf.reshape(P, [-1]),
      ),
    );
  });
  const isSoftmax = headOf(network).activation === softmax;
  model.compile({
    optimizer: tfjs.train.sgd(learningRate),
    loss: isSoftmax ? 'categoricalCrossentropy' : 'binaryCrossentropy',
  });
  const rowsX = tf.transpose(X) as tfjs.Tensor2D; // (m, n_x)
  const rowsY = tf.transpose(Y) as tfjs.Tensor2D; // (m, n_y)
  const perEpoch = Math.ceil(m / batchSize);
  return {
    atOnce: perEpoch,
    run: (iterations, { inOrder = false } = {}) =>
      model.fit(rowsX, rowsY, {
        epochs: iterations / perEpoch,
        batchSize,
        shuffle: perEpoch > 1 && !inOrder,
        verbose: 0,
        yieldEvery: 'never',
      }),
    cost: () =>
      tf.tidy(() => {
        const current = model
          .getWeights()
          .map((P) => (P.rank === 1 ? tf.reshape(P, [-1, 1]) : tf.transpose(P)) as Tensor2D);
        const names = Object.keys(params);
        return readCost(problem, Object.fromEntries(names.map((name, i) => [name, current[i]])));
      }),
    dispose: () => {
      model.dispose();
      tf.dispose([rowsX, rowsY, { ...params }]);
    },
  };
}

export const modelFit: Way = {
  start: async (problem) => start(problem),
  // Its history has the cost of every epoch.
  whole: async (problem, iterations) => {
    await start(problem).run(iterations);
    return undefined;
  },
};
