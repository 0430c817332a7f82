import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import * as optimizers from '../../src/core/optimizers.js';
import * as schedules from '../../src/core/schedules.js';
import { matrix, type Params } from '../../src/core/tensors.js';
import { onEachBackend } from '../support/backends.js';
import { golden } from '../support/goldens.js';
import { relativeError } from '../support/matrices.js';

const { gradientDescent, momentum } = optimizers;
const { constant, cosineDecay, exponentialDecay, inverseTimeDecay, piecewiseConstant } = schedules;
const { reduceOnPlateau, stepDecay, warmUp } = schedules;

/** Each schedule, and the formula of its paper or course in plain numbers. */
const cases: Record<keyof typeof schedules, [schedules.Schedule, (t: number) => number]> = {
  constant: [constant({ learningRate: 0.2 }), () => 0.2],
  stepDecay: [
    stepDecay({ learningRate: 0.2, decayRate: 0.7, decaySteps: 3 }),
    (t) => 0.2 * 0.7 ** Math.floor(t / 3),
  ],
  reduceOnPlateau: [reduceOnPlateau({ learningRate: 0.2 }), () => 0.2],
  warmUp: [
    warmUp(inverseTimeDecay({ learningRate: 0.2, decayRate: 0.5 }), { steps: 4 }),
    (t) => (t < 4 ? (0.2 * (t + 1)) / 4 : 0.2 / (1 + 0.5 * (t - 4))),
  ],
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
    expect(schedule.hyperparameters.learningRate).toBe(formula(key === 'warmUp' ? 4 : 0));
    expect(schedule.at(matrix([1], [1, 1])).shape).toEqual([1, 1]);
  });

  test.each(Object.entries(optimizers))('%s takes α of the step that it is at', (_, rule) => {
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

/** PyTorch's and numpy's lists. */
interface Listed {
  readonly kind: string;
  readonly config: Readonly<Record<string, number>> & { staircase?: boolean; from?: 'zero' };
  readonly values: number[];
}
const { schedules: lists } = golden<{ schedules: Listed[] }>('schedules');

const makers: Record<string, (config: Listed['config']) => schedules.Schedule> = {
  step: ({ learningRate, drop, every }) =>
    stepDecay({ learningRate, decayRate: drop, decaySteps: every }),
  exponential: ({ learningRate, rate, every, staircase }) =>
    exponentialDecay({ learningRate, decayRate: rate, decaySteps: every, staircase }),
  inverseTime: ({ learningRate, decay }) => inverseTimeDecay({ learningRate, decayRate: decay }),
  cosine: ({ learningRate, low, T }) =>
    cosineDecay({ learningRate, decaySteps: T, minLearningRate: low }),
  warmUpCosine: ({ warmUp: steps, from, ...config }) =>
    warmUp(makers.cosine(config as Listed['config']), { steps, from }),
};

onEachBackend((backend) => {
  test.each(lists)('$kind $config', ({ kind, config, values }) => {
    const { at } = makers[kind](config);
    const alphas = values.map((_, t) => at(matrix([t], [1, 1])).dataSync()[0]);
    expect(relativeError(alphas, values)).toBeLessThan(backend === 'float64' ? 1e-12 : 1e-5);
  });
});

test('a warm-up before a plateau is of the same plateau', () => {
  const behind = reduceOnPlateau({ learningRate: 0.2, patience: 3 });
  expect(warmUp(behind, { steps: 4 }).plateau).toBe(behind.plateau);
  expect(warmUp(behind, { steps: 4, from: 'zero' }).hyperparameters).toMatchObject({
    ...{ learningRate: 0.2, patience: 3, warmUpSteps: 4, warmUpFrom: 'zero' },
  });
});

describe('refused', () => {
  test.each([
    [
      () => exponentialDecay({ learningRate: 1, decayRate: 1, staircase: 1 as never }),
      'exponentialDecay: staircase is 1; give true or false.',
    ],
    [
      () => cosineDecay({ learningRate: 1, decaySteps: 2, minLearningRate: 2 }),
      'cosineDecay: minLearningRate is 2; give a number from 0 to the learning rate, 1.',
    ],
    [() => warmUp(0.1, { steps: 0 }), 'warmUp: steps is 0; give a whole number from 1.'],
    [() => warmUp(0.1, { steps: 2, from: 'one' as 'zero' }), "give 'first' or 'zero'"],
    [() => warmUp('cosine' as never, { steps: 2 }), "warmUp: the schedule is the string 'cosine'"],
    [() => warmUp(-1, { steps: 2 }), 'learningRate is -1'],
    [() => reduceOnPlateau({ learningRate: 1, factor: 1 }), 'factor is 1'],
    [() => reduceOnPlateau({ learningRate: 1, patience: 0 }), 'patience is 0'],
    [() => reduceOnPlateau({ learningRate: 1, minLearningRate: 2 }), 'minLearningRate is 2'],
    [() => reduceOnPlateau({ learningRate: 1, mode: 'auto' as 'min' }), "give 'min' or 'max'"],
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
