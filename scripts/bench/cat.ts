// The course's cat networks, 12288-20-7-5-1 and 12288-7-1, 209 samples, full batch.

import { drawOnCats } from './catData.js';
import { deep, shallow } from './catShapes.js';
import {
  compiled,
  compiledInSampleSpace,
  named,
  namesOf,
  numpy,
  onAnyTask,
  onWideTasks,
  others,
  pytorch,
} from './entrants.js';
import { plainAgainstTape } from './ratios.js';
import { stepsOf } from './steps.js';
import type { Shape } from './task.js';

const stepsOn = (name: string, shape: Shape) =>
  stepsOf({
    name,
    title: `Cat network ${shape.sizes.join('-')}, ${shape.m} samples, full batch`,
    draw: () => drawOnCats(shape),
    entrants: [...onAnyTask, ...onWideTasks, ...others],
    goals: [
      {
        name: 'ours compiled in sample space / fastest of JAX, numpy, PyTorch, scikit-learn',
        of: named(compiledInSampleSpace),
        over: namesOf(others),
        target: 0.1,
      },
      {
        name: 'ours compiled, direct / fastest of JAX, numpy, PyTorch, scikit-learn',
        of: named(compiled),
        over: namesOf(others),
        target: 1,
      },
      {
        name: 'ours plain native / fastest of numpy, PyTorch',
        of: ['ours plain native'],
        over: namesOf([...numpy, ...pytorch]),
      },
      ...plainAgainstTape,
    ],
  });

export const cat = stepsOn('cat', deep);
export const catShallow = stepsOn('cat-shallow', shallow);
