// Logistic regression on the cats, full batch.

import { drawOnCats } from './catData.js';
import { logisticRegression } from './catShapes.js';
import {
  compiled,
  compiledInSampleSpace,
  named,
  namesOf,
  numpy,
  onAnyTask,
  onWideTasks,
  others,
} from './entrants.js';
import { plainAgainstTape } from './ratios.js';
import { stepsOf } from './steps.js';

export const logistic = stepsOf({
  name: 'logistic',
  title: 'Logistic regression, 12288 pixels, 209 samples, full batch',
  draw: () => drawOnCats(logisticRegression),
  entrants: [...onAnyTask, ...onWideTasks, ...others],
  goals: [
    {
      name: 'ours compiled, direct / fastest of JAX, numpy, PyTorch, scikit-learn',
      of: named(compiled),
      over: namesOf(others),
      target: 1,
    },
    {
      name: 'ours compiled in sample space / fastest of JAX, numpy, PyTorch, scikit-learn',
      of: named(compiledInSampleSpace),
      over: namesOf(others),
      target: 0.1,
    },
    {
      name: 'ours compiled, fastest / numpy',
      of: named(compiled, compiledInSampleSpace),
      over: namesOf(numpy),
      target: 0.1,
    },
    ...plainAgainstTape,
  ],
});
