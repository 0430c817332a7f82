import * as tfjs from '@tensorflow/tfjs';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { cost, forward } from '../../../src/core/network.js';
import { type Samples, takeSamples } from '../../../src/training/batches.js';
import { batches, type Problem, readCost } from './problem.js';
import type { Running, Way } from './way.js';

const costEvery = 100;

/** The same forward pass and cost, differentiated by TensorFlow.js. */
function start(problem: Problem): Running {
  const { task, network, X, Y, params: first } = problem;
  const samples: Samples = { X, Y, XT: tf.transpose(X) };
  const variables = Object.values(first).map((P) => tf.variable(P));
  const params = Object.fromEntries(
    Object.keys(first).map((name, i) => [name, variables[i] as unknown as Tensor2D]),
  );
  const sgd = tfjs.train.sgd(task.learningRate);
  return {
    atOnce: 1,
    run: (iterations, { inOrder = false } = {}) => {
      for (const batch of batches(task, iterations, inOrder)) {
        tf.tidy(() => {
          const { X, Y, XT } = batch ? takeSamples(network, samples, batch) : samples;
          const J = () =>
            cost(network, params, forward(network, params, X, { XT }).caches, Y) as Scalar;
          sgd.minimize(J, false, variables);
        });
      }
    },
    cost: () => readCost(problem, params),
    dispose: () => {
      for (const variable of variables) variable.dispose();
      sgd.dispose();
      samples.XT?.dispose();
      tf.dispose({ ...first });
    },
  };
}

export const variableGrads: Way = {
  start: async (problem) => start(problem),
  whole: async (problem, iterations) => {
    const { run, cost } = start(problem);
    for (let done = 0; done < iterations; done += costEvery) {
      cost();
      run(Math.min(costEvery, iterations - done));
    }
    cost();
    return undefined;
  },
};
