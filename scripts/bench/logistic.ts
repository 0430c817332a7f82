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
      name: 'ours compiled, fastest / numpy',
      of: named(compiled, compiledInSampleSpace),
      over: namesOf(numpy),
      target: 0.1,
    },
    ...plainAgainstTape,
  ],
});
