import * as tf from '@tensorflow/tfjs-core';
import { simpleRnn } from '../../../src/core/layers/simpleRnn.js';
import {
  affine,
  commonMistakes,
  describeRecurrent,
  eachStep,
  plus,
} from '../../support/recurrence.js';

describeRecurrent({
  kind: 'simpleRnn',
  make: simpleRnn,
  variants: [{}, { useBias: false }],
  step:
    () =>
    (x, { h }, { Wx, Wh, b }) => ({ h: plus(affine(x, Wx, b), affine(h, Wh)).map(Math.tanh) }),
  mistakes: {
    ...commonMistakes,
    '1 - |h| in place of 1 - h²': (_right, dY, cache, given, back, dState) =>
      back(
        dY,
        given,
        eachStep(cache, ({ h }) => ({ h: tf.sqrt(tf.abs(h)) })),
        dState,
      ),
    '1 - h² of the step before': (_right, dY, cache, given, back, dState) =>
      back(
        dY,
        given,
        eachStep(cache, ({ hPrev }) => ({ h: hPrev })),
        dState,
      ),
  },
});
