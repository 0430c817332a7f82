// A softmax network of MNIST's size, 784-128-64-10, gradient descent on batches of 64 of 12,800 samples.

import {
  compiled,
  jax,
  named,
  namesOf,
  onAnyTask,
  onEach,
  others,
  pytorch,
  scikitLearn,
} from './entrants.js';
import { plainAgainstTape } from './ratios.js';
import { stepsOf } from './steps.js';
import { draw, type Shape } from './task.js';

const ours = named(compiled);

export const mnistShape: Shape = {
  sizes: [784, 128, 64, 10],
  activations: ['relu', 'relu', 'softmax'],
  m: 12_800,
  batchSize: 64,
  learningRate: 1e-4,
};

export const mnist = stepsOf({
  name: 'mnist',
  title: 'Softmax network 784-128-64-10, 12,800 samples in batches of 64',
  draw: async () => ({
    task: draw(mnistShape),
    data: 'random data',
  }),
  entrants: [...onAnyTask, ...others],
  goals: [
    { name: 'ours compiled / JAX', of: ours, over: namesOf(jax), target: 1 },
    { name: 'ours compiled / PyTorch', of: ours, over: namesOf(pytorch), target: 1 },
    { name: 'ours compiled / scikit-learn', of: ours, over: namesOf(scikitLearn), target: 0.5 },
    {
      name: 'ours compiled / fastest model.fit',
      of: ours,
      over: named('model.fit'),
      target: 1 / 6,
    },
    ...plainAgainstTape,
  ],
});

/** The same with another rule, against those who have it. */
const variant = (name: string, title: string, more: Partial<Shape>) =>
  stepsOf({
    name,
    title: `Softmax network 784-128-64-10, batches of 64, ${title}`,
    draw: async () => ({ task: draw({ ...mnistShape, ...more }), data: 'random data' }),
    entrants: [...onEach(compiled), ...jax, ...pytorch],
    goals: [
      {
        name: 'ours compiled / fastest of JAX, PyTorch',
        of: ours,
        over: namesOf([...jax, ...pytorch]),
        target: 1,
      },
    ],
  });

export const mnistAdam = variant('mnist-adam', 'Adam', { optimizer: 'adam' });
export const mnistDropout = variant('mnist-dropout', 'dropout and L2', { dropout: 0.2, l2: 0.1 });
