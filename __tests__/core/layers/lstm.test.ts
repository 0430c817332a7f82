import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { lstm } from '../../../src/core/layers/lstm.js';
import { RandomState } from '../../../src/core/random.js';
import {
  affine,
  block,
  commonMistakes,
  describeRecurrent,
  eachStep,
  plus,
  sigma,
} from '../../support/recurrence.js';

describeRecurrent({
  kind: 'lstm',
  make: lstm,
  variants: [{}, { useBias: false }],
  step:
    () =>
    (x, { h, c }, { Wx, Wh, b }, u) => {
      const z = plus(affine(x, Wx, b), affine(h, Wh));
      const [i, f, g, o] = [0, 1, 2, 3].map((j) => block(z, j, u));
      const cell = c.map((v, j) => sigma(f[j]) * v + sigma(i[j]) * Math.tanh(g[j]));
      return { h: cell.map((v, j) => sigma(o[j]) * Math.tanh(v)), c: cell };
    },
  mistakes: {
    ...commonMistakes,
    'i and f exchanged': (_right, dY, cache, given, back, dState) =>
      back(
        dY,
        given,
        eachStep(cache, ({ i, f }) => ({ i: f, f: i })),
        dState,
      ),
    'dc comes back without f': (_right, dY, cache, given, back, dState) =>
      back(
        dY,
        given,
        eachStep(cache, ({ f }) => ({ f: tf.onesLike(f) })),
        dState,
      ),
    'c_t in place of tanh(c_t)': (_right, dY, cache, given, back, dState) =>
      back(
        dY,
        given,
        eachStep(cache, ({ tanhC }) => ({ tanhC: tf.atanh(tanhC) })),
        dState,
      ),
    "no (1 - g²): the candidate's tanh is forgotten": (_right, dY, cache, given, back, dState) =>
      back(
        dY,
        given,
        eachStep(cache, ({ g }) => ({ g: tf.zerosLike(g) })),
        dState,
      ),
    'no c_{t-1}: f has no gradient': (_right, dY, cache, given, back, dState) =>
      back(
        dY,
        given,
        eachStep(cache, ({ cPrev }) => ({ cPrev: tf.zerosLike(cPrev) })),
        dState,
      ),
    'the first c has no gradient': ({ dState }) => ({
      dState: { ...dState, c: tf.zerosLike(dState!.h) },
    }),
  },
});

test('b starts at 1 for the gate that keeps c, and at 0 for the others', () => {
  const { b } = lstm({ units: 2 }).parameters([5, 3]);
  const start = b.initialize(new RandomState(1));
  expect([...start.dataSync()]).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
  start.dispose();
});
