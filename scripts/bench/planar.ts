// The course's planar network, 2-4-1 with tanh, 400 samples, full batch.

import { compiled, jax, named, namesOf, numpy, onAnyTask, others, pytorch } from './entrants.js';
import { plainAgainstTape } from './ratios.js';
import { stepsOf } from './steps.js';
import { draw, type Shape } from './task.js';

const ours = named(compiled);

/** Lower than the course's, so that a step too long or too short shows in the cost. */
const learningRate = 0.1;

export const planarShape: Shape = {
  ...{ sizes: [2, 4, 1], activations: ['tanh', 'sigmoid'], m: 400, learningRate },
};

export const planar = stepsOf({
  name: 'planar',
  title: 'Planar network 2-4-1, tanh, 400 samples, full batch',
  draw: async () => ({
    task: draw(planarShape),
    data: 'random data',
  }),
  entrants: [...onAnyTask, ...others],
  goals: [
    { name: 'ours compiled / JAX', of: ours, over: namesOf(jax), target: 1 },
    { name: 'ours compiled / numpy', of: ours, over: namesOf(numpy), target: 0.5 },
    { name: 'ours compiled / PyTorch', of: ours, over: namesOf(pytorch), target: 0.1 },
    {
      name: 'ours compiled / fastest model.fit',
      of: ours,
      over: named('model.fit'),
      target: 0.1,
    },
    ...plainAgainstTape,
  ],
});
