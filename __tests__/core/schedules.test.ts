import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import { adam, gradientDescent, momentum } from '../../src/core/optimizers.js';
import * as schedules from '../../src/core/schedules.js';
import { matrix, type Params } from '../../src/core/tensors.js';
import { onEachBackend } from '../support/backends.js';
import { relativeError } from '../support/matrices.js';

const { cosineDecay, exponentialDecay, inverseTimeDecay, piecewiseConstant } = schedules;

/** Each schedule, and the formula of its paper or course in plain numbers. */
const cases: Record<keyof typeof schedules, [schedules.Schedule, (t: number) => number]> = {
  inverseTimeDecay: [
    inverseTimeDecay({ learningRate: 0.2, decayRate: 0.5, decaySteps: 4 }),
    (t) => 0.2 / (1 + (0.5 * t) / 4),
  ],
  exponentialDecay: [
    exponentialDecay({ learningRate: 0.3, decayRate: 0.9, decaySteps: 2 }),
    (t) => 0.3 * 0.9 ** (t / 2),
  ],
  cosineDecay: [
    cosineDecay({ learningRate: 0.4, decaySteps: 6 }),
    (t) => 0.2 * (1 + Math.cos((Math.PI * Math.min(t, 6)) / 6)),
  ],
  piecewiseConstant: [
    piecewiseConstant({ boundaries: [3, 7], values: [0.5, 0.05, 0.005] }),
    (t) => (t < 3 ? 0.5 : t < 7 ? 0.05 : 0.005),
  ],
};

onEachBackend((name) => {
  const bound = name === 'float64' ? 1e-14 : 1e-6;

  test.each(Object.keys(schedules) as (keyof typeof schedules)[])('%s is its formula', (key) => {
    const [schedule, formula] = cases[key];
    const steps = Array.from({ length: 10 }, (_, t) => t);
    const alphas = steps.map((t) => schedule.at(matrix([t], [1, 1])).dataSync()[0]);
    // The end of the cosine is 0: the scale is the first one.
    expect(Math.max(...alphas.map((alpha, t) => Math.abs(alpha - formula(t))))).toBeLessThan(bound);
    expect(schedule.hyperparameters.learningRate).toBe(formula(0));
    expect(schedule.at(matrix([1], [1, 1])).shape).toEqual([1, 1]);
  });

  test.each([
    ['gradientDescent', gradientDescent],
    ['momentum', momentum],
    ['adam', adam],
  ] as const)('%s takes α of the step that it is at', (_, rule) => {
    const [schedule, formula] = cases.inverseTimeDecay;
    const grads = { dW1: matrix([1], [1, 1]) };
    const scheduled = rule({ learningRate: schedule });
    let params: Params = { W1: matrix([0], [1, 1]) };
    let byHand: Params = params;
    let state = scheduled.start(params);
    let handState = rule({ learningRate: 1 }).start(params);
    for (let t = 0; t < 5; t++) {
      ({ params, state } = scheduled.update(params, grads, state));
      const constant = rule({ learningRate: formula(t) });
      ({ params: byHand, state: handState } = constant.update(byHand, grads, handState));
    }
    expect(relativeError(params.W1.dataSync(), byHand.W1.dataSync())).toBeLessThan(bound * 10);
    expect(state.t.dataSync()[0]).toBe(5);
  });
});

describe('refused', () => {
  test.each([
    [() => inverseTimeDecay({ learningRate: 0, decayRate: 1 }), 'learningRate is 0'],
    [() => exponentialDecay({ learningRate: 1, decayRate: -1 }), 'decayRate is -1'],
    [() => cosineDecay({ learningRate: 1, decaySteps: Number.NaN }), 'decaySteps is NaN'],
    [() => piecewiseConstant({ boundaries: [1], values: [1] }), '1 values for 1 boundaries'],
    [() => piecewiseConstant({ boundaries: [Number.NaN], values: [1, 2] }), 'boundary1 is NaN'],
    [
      () => piecewiseConstant({ boundaries: [5, 5], values: [1, 2, 3] }),
      'the boundary 5 does not lie above the one before it, 5',
    ],
  ])('%#', (make, message) => {
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
  });

  test('a state that the rule did not start', () => {
    const { update } = gradientDescent({ learningRate: cases.cosineDecay[0] });
    const W1 = tf.zeros<tf.Rank.R2>([1, 1]);
    expect(() => update({ W1 }, { dW1: W1 }, {})).toThrow(ShapeError);
    expect(() => update({ W1 }, { dW1: W1 }, {})).toThrow('the state holds no t');
    const velocities = momentum({ learningRate: 1 });
    expect(() => velocities.update({ W1 }, { dW1: W1 }, {})).toThrow('the state holds no vW1');
  });
});
