/*
 * Run as a process of its own: trains 50 steps on a backend that registers no gradients, and prints
 * what it found as JSON. Usage: node --import tsx trainWithoutAutodiff.ts BACKEND KERNEL…
 */
import * as tf from '@tensorflow/tfjs-core';
import { type BackendName, useBackend } from '../../src/runtime/backends.js';
import { train } from '../../src/training/train.js';
import { smallTask } from './smallTask.js';

const [backend, ...kernels] = process.argv.slice(2);
await useBackend(backend as BackendName);

const { network, optimizer, state, X, Y } = smallTask();
const { history } = await train(network, optimizer, state, X, Y, { iterations: 50 });

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
    costs: history.cost,
    registered: kernels.filter((kernel) => tf.getGradient(kernel) !== undefined),
    autodiff: autodiff(),
  }),
);
