import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from '../../../src/core/errors.js';
import { type GruOptions, gru } from '../../../src/core/layers/gru.js';
import {
  affine,
  block,
  commonMistakes,
  describeRecurrent,
  eachStep,
  plus,
  sigma,
} from '../../support/recurrence.js';

describeRecurrent<GruOptions>({
  kind: 'gru',
  make: gru,
  variants: [
    { resetAfter: true, update: 'keras' },
    { resetAfter: false, update: 'course5' },
    { resetAfter: true, update: 'course5', useBias: false },
    { resetAfter: false, update: 'keras', useBias: false },
  ],
  step:
    ({ resetAfter, update }) =>
    (x, { h }, { Wx, Wh, b, bh }, u) => {
      const [ofX, ofH] = [affine(x, Wx, b), affine(h, Wh, bh)];
      const gate = (j: number) => plus(block(ofX, j, u), block(ofH, j, u)).map(sigma);
      const [z, r] = [gate(0), gate(1)];
      const reset = affine(
        h.map((v, j) => r[j] * v),
        Wh,
      );
      const last = resetAfter ? block(ofH, 2, u).map((v, j) => r[j] * v) : block(reset, 2, u);
      const g = plus(block(ofX, 2, u), last).map(Math.tanh);
      const keeps = z.map((v) => (update === 'course5' ? 1 - v : v));
      return { h: h.map((v, j) => keeps[j] * v + (1 - keeps[j]) * g[j]) };
    },
  mistakes: {
    ...commonMistakes,
    'z and r exchanged': (_right, dY, cache, given, back, dState) =>
      back(
        dY,
        given,
        eachStep(cache, ({ z, r }) => ({ z: r, r: z })),
        dState,
      ),
    '1 - z in place of z': (_right, dY, cache, given, back, dState) =>
      back(
        dY,
        given,
        eachStep(cache, ({ z }) => ({ z: tf.sub(1, z) })),
        dState,
      ),
    'r is forgotten on the way back': (_right, dY, cache, given, back, dState) =>
      back(
        dY,
        given,
        eachStep(cache, ({ r }) => ({ r: tf.onesLike(r) })),
        dState,
      ),
    'h in place of what r multiplies': (_right, dY, cache, given, back, dState) =>
      back(
        dY,
        given,
        eachStep(cache, ({ hPrev }) => ({ inner: hPrev })),
        dState,
      ),
    'no (1 - g²)': (_right, dY, cache, given, back, dState) =>
      back(
        dY,
        given,
        eachStep(cache, ({ g }) => ({ g: tf.zerosLike(g) })),
        dState,
      ),
  },
});

test('bh is there only with resetAfter and biases', () => {
  const names = (options: Partial<GruOptions>) =>
    Object.keys(gru({ units: 2, ...options }).parameters([3, 4]));
  expect(names({})).toEqual(['Wx', 'Wh', 'b', 'bh']);
  expect(names({ resetAfter: false })).toEqual(['Wx', 'Wh', 'b']);
  expect(names({ useBias: false })).toEqual(['Wx', 'Wh']);
});

test.each([
  [{ update: 'Keras' }, "gru: update is the string 'Keras'; give 'keras' or 'course5'."],
  [{ resetAfter: 'yes' }, "gru: resetAfter is the string 'yes'; give true or false."],
])('%j is refused', (options, message) => {
  const make = () => gru({ units: 2, ...options } as unknown as GruOptions);
  expect(make).toThrow(ValueError);
  expect(make).toThrow(message);
});
