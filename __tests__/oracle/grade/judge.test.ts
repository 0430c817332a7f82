import { beforeAll, expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { FLOAT64 } from '../../../src/float64/index.js';
import type { Exports } from '../../../src/oracle/forms/form.js';
import { judge, loadedFrom } from '../../../src/oracle/grade/judge/judge.js';
import { verdictGrade } from '../../../src/oracle/grade/judge/verdictGrade.js';
import type { Ask } from '../../../src/oracle/grade/judge/wire.js';
import { javascriptSkeleton, pythonSkeleton, sameAs } from '../../../src/oracle/grade/sameText.js';
import { Served } from '../../../src/oracle/grade/served.js';
import { takeGradients } from '../../../src/oracle/grade/takeGradients.js';
import { onTerms, termsOf } from '../../../src/oracle/grade/terms.js';

beforeAll(() => tf.setBackend(FLOAT64));

const asSent = (answer: unknown): unknown => JSON.parse(JSON.stringify(answer));

/** A submission that answers in this process, through JSON as from another. */
function served(exports: Exports) {
  const own = new Served(exports, 'mine.mjs');
  const ask: Ask = async (request) => {
    if (request.ask === 'gradients') return asSent(own.gradients(request.point));
    if (request.ask === 'costs') return asSent(own.costs(request.moves));
    throw new Error(request.ask);
  };
  return { ask, loaded: loadedFrom(asSent(own.loaded())) };
}

/** J = a/m ‖W X - Y‖²: dW = 2a/m (W X - Y) Xᵀ */
const regression = (a = 1, factor = 2 * a) => ({
  shapes: { X: ['n_x', 'm'], Y: ['n_y', 'm'], W: ['n_y', 'n_x'] },
  forward: (_: unknown, { W }: { W: Tensor }, X: Tensor, Y: Tensor) => {
    const E = tf.sub(tf.matMul(W as never, X as never), Y);
    return { cost: tf.mul(a / X.shape[1]!, tf.sum(tf.square(E))), cache: E };
  },
  backward: (_: unknown, __: unknown, X: Tensor, ___: Tensor, E: Tensor) => ({
    dW: tf.mul(factor / X.shape[1]!, tf.matMul(E as never, X as never, false, true)),
  }),
});

test('the gradient of a regression passes, and half of it does not', async () => {
  const grade = async (exports: Exports) =>
    verdictGrade('mine.mjs', await judge(served(exports), 7));
  expect(await grade(regression())).toMatchObject({ passed: true, right: 1, gradients: 1 });
  expect(await grade(regression(1, 1))).toMatchObject({
    ...{ passed: false, right: 0, firstWrong: 'dW' },
    cause: 'dW is not the gradient of its cost.',
  });
});

test("a reference's cost and gradients, on its own terms", async () => {
  const reference = regression();
  const against = async (submission: Exports) => {
    const own = served(onTerms(termsOf(reference), submission));
    return verdictGrade('mine.mjs', await judge(own, 7, served(reference)));
  };
  const { forward, backward } = regression();
  expect(await against({ forward, backward })).toMatchObject({ passed: true, differs: null });
  expect(await against(regression(2))).toMatchObject({
    ...{ passed: false, right: 1, gradients: 1 },
    differs: expect.stringContaining('dW is 2 times that of the reference.'),
  });
});

test('without the registry TensorFlow.js differentiates nothing, and with it again', () => {
  const slope = () =>
    tf
      .grad((x) => tf.square(x))(tf.scalar(3))
      .dataSync()[0];
  const putBack = takeGradients();
  expect(slope).toThrow('gradient function not found for Square');
  putBack();
  expect(slope()).toBe(6);
});

test('texts that differ in names, comments and white space are one', () => {
  const a = javascriptSkeleton('const W = tf.add(X, b); // mine');
  expect(javascriptSkeleton('/* ours */ const  w1 = tf.add( x,c );')).toBe(a);
  expect(javascriptSkeleton('const W = tf.sub(X, b);')).not.toBe(a);
  expect(pythonSkeleton('y = np.dot(a, b) # 1')).toBe(pythonSkeleton('z=np.dot(u,  v)'));
  expect(sameAs(['p', 'q', 'p', undefined])).toEqual([[2], [], [0], []]);
});
