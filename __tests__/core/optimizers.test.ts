import { describe, expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from '../../src/core/errors.js';
import type { Optimizer } from '../../src/core/optimizers.js';
import * as optimizers from '../../src/core/optimizers.js';
import { inverseTimeDecay } from '../../src/core/schedules.js';
import { type Params, tensor } from '../../src/core/tensors.js';
import { onEachBackend } from '../support/backends.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { golden } from '../support/goldens.js';
import { toRows, toTensor } from '../support/matrices.js';

const { adam, gradientDescent, momentum, rmsprop } = optimizers;
const rules = Object.entries(optimizers);

/** Ten steps from w0 on f(w) = 1/2 Σ d w², whose gradient is d w. */
const { d, w0, paths } = golden<{
  d: number[];
  w0: number[];
  paths: Record<'gradient_descent' | 'momentum' | 'rmsprop' | 'adam', number[][]>;
}>('optimizers');

const asColumn = (values: number[]) => values.map((value) => [value]);

onEachBackend((backend) => {
  test.each([
    ['gradient descent', gradientDescent({ learningRate: 0.05 }), paths.gradient_descent],
    ['momentum', momentum({ learningRate: 0.05 }), paths.momentum],
    ['rmsprop', rmsprop({ learningRate: 0.01 }), paths.rmsprop],
    ['adam', adam({ learningRate: 0.01 }), paths.adam],
  ])("%s takes the reference's ten steps", (_, optimizer, path) => {
    let params: Params = { W1: toTensor(asColumn(w0)) };
    let state = optimizer.start(params);
    for (const w of path) {
      const grads = { dW1: tf.mul<tf.Tensor2D>(toTensor(asColumn(d)), params.W1) };
      ({ params, state } = optimizer.update(params, grads, state));
      expectMatrix(params.W1, asColumn(w));
    }
  });

  test('a first step of adam is α long, whatever the gradient and the betas', () => {
    for (const beta of [0, 0.5, 0.999, 0.9999]) {
      const { update, start } = adam({ learningRate: 0.25, beta1: beta, beta2: beta });
      const params = { b: tensor([1, 1, 1], [3]) };
      const { b } = update(params, { db: tensor([100, -1, 0.01], [3]) }, start(params)).params;
      // v̂ = g and ŝ = g², so that v̂/√ŝ is the sign.
      const expected = [0.75, 1.25, 0.75];
      b.dataSync().forEach((value, i) => {
        expect(Math.abs(value - expected[i])).toBeLessThan(backend === 'float64' ? 1e-6 : 2e-6);
      });
    }
  });

  test.each(rules)('%s on a schedule keeps the shape of every parameter', (_, rule) => {
    const learningRate = inverseTimeDecay({ learningRate: 0.5, decayRate: 1 });
    const { update, start } = rule({ learningRate });
    const shapes = [[], [3], [2, 3], [2, 1, 3], [2, 2, 1, 3]];
    const params = Object.fromEntries(shapes.map((shape, i) => [`P${i}`, tf.ones(shape)]));
    const grads = Object.fromEntries(shapes.map((shape, i) => [`dP${i}`, tf.ones(shape)]));
    const next = update(params, grads, start(params));
    expect(Object.values(next.params).map(({ shape }) => shape)).toEqual(shapes);
  });

  test('what comes in stays as it is, what comes out is new', () => {
    const params = { W1: toTensor([[1, 2]]), b1: toTensor([[3]]) };
    const grads = { dW1: toTensor([[4, 8]]), db1: toTensor([[-2]]) };
    const next = gradientDescent({ learningRate: 0.5 }).update(params, grads, {});
    expect(toRows(next.params.W1)).toEqual([[-1, -2]]);
    expect(toRows(next.params.b1)).toEqual([[4]]);
    expect(next.state).toEqual({});
    expect(next.params.W1).not.toBe(params.W1);
    expect([params.W1, params.b1, grads.dW1, grads.db1].map(toRows)).toEqual([
      [[1, 2]],
      [[3]],
      [[4, 8]],
      [[-2]],
    ]);
  });
});

describe('learning rate', () => {
  test.each([0, -0.1, Number.NaN, Number.POSITIVE_INFINITY])('%p is refused', (learningRate) => {
    for (const [name, rule] of rules) {
      expect(() => rule({ learningRate })).toThrow(ValueError);
      expect(() => rule({ learningRate })).toThrow(
        `${name}: the learning rate is ${learningRate};`,
      );
    }
  });
  test.each([-0.1, 1, Number.NaN])('and so is a beta of %p', (beta) => {
    expect(() => momentum({ learningRate: 1, beta })).toThrow(`beta is ${beta}`);
    expect(() => adam({ beta1: beta })).toThrow(`adam: beta1 is ${beta}; give a number from 0`);
    expect(() => adam({ beta2: beta })).toThrow(`adam: beta2 is ${beta}`);
  });
  test.each([0, -1e-8, Number.NaN, Number.POSITIVE_INFINITY])('or an epsilon of %p', (epsilon) => {
    expect(() => adam({ epsilon })).toThrow(ValueError);
    expect(() => adam({ epsilon })).toThrow(`adam: epsilon is ${epsilon}; give a number above 0.`);
  });
  test('it is told to the card, under the name of the rule', () => {
    for (const [name, rule] of rules) {
      expect(rule({ learningRate: 0.1 })).toMatchObject({
        ...{ name, hyperparameters: { learningRate: 0.1 } },
      });
    }

    expect(gradientDescent({ learningRate: 0.1 }).hyperparameters).toEqual({ learningRate: 0.1 });
    expect(adam().hyperparameters).toEqual({
      ...{ learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }, // the paper's
    });
  });
});

test('a state that adam did not start is refused', () => {
  const W1 = tf.zeros([1, 1]);
  const { t, ...lost } = adam().start({ W1 });
  expect(t.shape).toEqual([1, 1]);
  expect(() => adam().update({ W1 }, { dW1: W1 }, {})).toThrow('adam: the state holds no vW1');
  expect(() => adam().update({ W1 }, { dW1: W1 }, lost)).toThrow('adam: the state holds no t');
});

const W1 = () => toTensor([[1, -2]]);
const from = (rule: Optimizer, dW1: Tensor, params: Params = { W1: W1() }) =>
  rule.update(params, { dW1 }, rule.start(params)).params.W1;

onEachBackend(() => {
  test.each(rules)('%s is linear where it says so, and nowhere else', (_, rule) => {
    const optimizer = rule({ learningRate: 0.25 });
    const moves = (g: number) => toRows(tf.sub(from(optimizer, toTensor([[g, -3 * g]])), W1()))[0];
    const [one, four] = [moves(1), moves(4)];
    const isProportional = one.every((move, i) => Math.abs(4 * move - four[i]) < 1e-5);
    expect(isProportional).toBe(optimizer.linear);
  });
});
