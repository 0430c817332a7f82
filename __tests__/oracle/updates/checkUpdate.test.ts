import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../../../src/core/errors.js';
import { adam as adamRule, gradientDescent } from '../../../src/core/optimizers.js';
import type { Grads, Params } from '../../../src/core/tensors.js';
import {
  checkArrayUpdate,
  checkUpdate,
  type RuleOptions,
  type UpdateStep,
} from '../../../src/oracle/updates/checkUpdate.js';
import { anyBackend } from '../../support/backends.js';
import { expectFlatMemory } from '../../support/memory.js';
import { type ElementStep, onElements } from './onElements.js';

beforeAll(anyBackend);

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

const checkElements = (step: ElementStep, options: RuleOptions, seed = 1) =>
  checkArrayUpdate(onElements(step), { ...options, seed });

/** The rules as they are written on a blackboard, each again from scratch. */
const sgd: ElementStep = (w, g, _, { learningRate: a }) => [w - a * g];
const momentum: ElementStep = (w, g, old, { learningRate: a, beta }) => {
  const v = beta * old.v + (1 - beta) * g;
  return [w - a * v, { v }];
};
const classical: ElementStep = (w, g, old, { learningRate: a, beta }) => {
  const v = beta * old.v + g;
  return [w - a * v, { v }];
};
const rmsprop: ElementStep = (w, g, old, { learningRate: a, beta, epsilon }) => {
  const s = beta * old.s + (1 - beta) * g * g;
  return [w - (a * g) / (Math.sqrt(s) + epsilon), { s }];
};
const adam: ElementStep = (w, g, old, { t, learningRate, beta1, beta2, epsilon }) => {
  const v = beta1 * old.v + (1 - beta1) * g;
  const s = beta2 * old.s + (1 - beta2) * g * g;
  const vHat = v / (1 - beta1 ** t);
  const sHat = s / (1 - beta2 ** t);
  return [w - (learningRate * vHat) / (Math.sqrt(sHat) + epsilon), { v, s }];
};

const coupled =
  (rule: ElementStep): ElementStep =>
  (w, g, old, step, isBias) =>
    rule(w, isBias ? g : g + (step.lambda / step.m) * w, old, step, isBias);
const decoupled =
  (rule: ElementStep): ElementStep =>
  (w, g, old, step, isBias) => {
    const decay = isBias ? 0 : (step.learningRate * step.lambda * w) / step.m;
    const [next, moments] = rule(w, g, old, step, isBias);
    return [next - decay, moments];
  };

const decay = { lambda: 0.7, m: 7 };

describe('right updates are never accused', () => {
  const rights: [string, ElementStep, RuleOptions][] = [
    ['gradient descent', sgd, { rule: 'gradientDescent' }],
    ['momentum', momentum, { rule: 'momentum' }],
    ['classical momentum', classical, { rule: 'momentum', classical: true }],
    ['RMSprop', rmsprop, { rule: 'rmsprop' }],
    ['Adam', adam, { rule: 'adam' }],
    ['Adam, other numbers', adam, { rule: 'adam', beta1: 0.8, beta2: 0.99, epsilon: 1e-6 }],
    ['a tiny learning rate', adam, { rule: 'adam', learningRate: 1e-9 }],
    ['a large learning rate', momentum, { rule: 'momentum', learningRate: 100 }],
    ['β = 0', rmsprop, { rule: 'rmsprop', beta: 0 }],
    ['L2', coupled(sgd), { rule: 'gradientDescent', ...decay }],
    ['momentum with L2', coupled(momentum), { rule: 'momentum', ...decay }],
    ['Adam with L2', coupled(adam), { rule: 'adam', ...decay }],
    ['AdamW', decoupled(adam), { rule: 'adam', decoupled: true, ...decay }],
    ['RMSprop, decoupled', decoupled(rmsprop), { rule: 'rmsprop', decoupled: true, ...decay }],
  ];
  test.each(rights)('%s', (_, step, options) => {
    for (const seed of seeds) {
      const { maxRelativeError, ...report } = checkElements(step, options, seed);
      expect(report).toEqual({
        passed: true,
        rule: options.rule,
        steps: 20,
        wrong: [],
        alternatives: [],
      });
      expect(maxRelativeError).toBeLessThan(1e-11);
    }
  });

  test("handgrad's gradient descent", () => {
    const { update, start } = gradientDescent({ learningRate: 0.05 });
    const report = checkUpdate(update, { rule: 'gradientDescent', learningRate: 0.05, start });
    expect(report).toMatchObject({ passed: true, rule: 'gradientDescent', steps: 20 });
    expect(report.maxRelativeError).toBeLessThan(1e-11);
  });

  test.each([{}, { learningRate: 0.3, beta1: 0.8, beta2: 0.99, epsilon: 1e-3 }])(
    "handgrad's adam, %p",
    (numbers) => {
      const { update, start } = adamRule({ learningRate: 0.01, ...numbers });
      const report = checkUpdate(update, { rule: 'adam', ...numbers, start });
      expect(report).toMatchObject({ passed: true, rule: 'adam', steps: 20, wrong: [] });
      expect(report.maxRelativeError).toBeLessThan(1e-11);
    },
  );
});

describe('each planted mistake is named', () => {
  type Planted = [id: string, step: ElementStep, options: RuleOptions];

  /** Adam from its parts, of which a mistake replaces some. */
  const adamWith =
    (
      parts: Partial<{
        g: (g: number) => number;
        betas: (step: UpdateStep) => [number, number];
        t: (t: number) => number;
        vHat: (v: number, b1: number, t: number, old: number) => number;
        sHat: (s: number, b2: number, t: number, old: number) => number;
        root: (sHat: number, epsilon: number) => number;
        take: (w: number, a: number, direction: number) => number;
        keep: (v: number, s: number) => { v?: number; s?: number };
      }>,
    ): ElementStep =>
    (w, g, old, step) => {
      const [b1, b2] = parts.betas?.(step) ?? [step.beta1, step.beta2];
      const t = parts.t?.(step.t) ?? step.t;
      const v = b1 * old.v + (1 - b1) * g;
      const s = b2 * old.s + (1 - b2) * (parts.g?.(g) ?? g * g);
      const vHat = parts.vHat?.(v, b1, t, old.v) ?? v / (1 - b1 ** t);
      const sHat = parts.sHat?.(s, b2, t, old.s) ?? s / (1 - b2 ** t);
      const root = parts.root?.(sHat, step.epsilon) ?? Math.sqrt(sHat) + step.epsilon;
      const next = parts.take ?? ((w, a, direction) => w - a * direction);
      return [next(w, step.learningRate, vHat / root), parts.keep?.(v, s) ?? { v, s }];
    };

  const inAdam: Planted[] = (
    [
      ['state-lost-v', adamWith({ keep: (_, s) => ({ s }) })],
      ['state-lost-s', adamWith({ keep: (v) => ({ v }) })],
      ['state-lost-vs', adamWith({ keep: () => ({}) })],
      ['moment-stale-v', adamWith({ vHat: (_, b1, t, old) => old / (1 - b1 ** t) })],
      ['moment-stale-s', adamWith({ sHat: (_, b2, t, old) => old / (1 - b2 ** t) })],
      [
        'moment-stale-vs',
        adamWith({
          vHat: (_, b1, t, old) => old / (1 - b1 ** t),
          sHat: (_, b2, t, old) => old / (1 - b2 ** t),
        }),
      ],
      ['correction-missing-v', adamWith({ vHat: (v) => v })],
      ['correction-missing-s', adamWith({ sHat: (s) => s })],
      ['correction-missing-vs', adamWith({ vHat: (v) => v, sHat: (s) => s })],
      [
        'correction-kept-vs',
        (w, g, old, { t, learningRate, beta1, beta2, epsilon }) => {
          const v = (beta1 * old.v + (1 - beta1) * g) / (1 - beta1 ** t);
          const s = (beta2 * old.s + (1 - beta2) * g * g) / (1 - beta2 ** t);
          return [w - (learningRate * v) / (Math.sqrt(s) + epsilon), { v, s }];
        },
      ],
      [
        'weight-missing-v',
        (w, g, old, { t, learningRate, beta1, beta2, epsilon }) => {
          const v = beta1 * old.v + g;
          const s = beta2 * old.s + (1 - beta2) * g * g;
          const root = Math.sqrt(s / (1 - beta2 ** t)) + epsilon;
          return [w - (learningRate * v) / (1 - beta1 ** t) / root, { v, s }];
        },
      ],
      [
        'weight-missing-s',
        (w, g, old, { t, learningRate, beta1, beta2, epsilon }) => {
          const v = beta1 * old.v + (1 - beta1) * g;
          const s = beta2 * old.s + g * g;
          const root = Math.sqrt(s / (1 - beta2 ** t)) + epsilon;
          return [w - (learningRate * v) / (1 - beta1 ** t) / root, { v, s }];
        },
      ],
      ['not-squared-s', adamWith({ g: (g) => g })],
      ['t-from-0', adamWith({ t: (t) => t - 1 })],
      ['t-from-2', adamWith({ t: (t) => t + 1 })],
      ['t-stuck', adamWith({ t: () => 1 })],
      ['betas-swapped', adamWith({ betas: ({ beta1, beta2 }) => [beta2, beta1] })],
      [
        'correction-betas-swapped',
        adamWith({
          vHat: (v, _, t) => v / (1 - 0.999 ** t),
          sHat: (s, _, t) => s / (1 - 0.9 ** t),
        }),
      ],
      ['epsilon-inside', adamWith({ root: (s, epsilon) => Math.sqrt(s + epsilon) })],
      [
        'epsilon-uncorrected',
        (w, g, old, { t, learningRate, beta1, beta2, epsilon }) => {
          const v = beta1 * old.v + (1 - beta1) * g;
          const s = beta2 * old.s + (1 - beta2) * g * g;
          const a = (learningRate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
          return [w - (a * v) / (Math.sqrt(s) + epsilon), { v, s }];
        },
      ],
      ['epsilon-missing', adamWith({ root: (s) => Math.sqrt(s) })],
      ['root-missing', adamWith({ root: (s, epsilon) => s + epsilon })],
      ['sign-flipped', adamWith({ take: (w, a, direction) => w + a * direction })],
      ['learning-rate-missing', adamWith({ take: (w, _, direction) => w - direction })],
      ['learning-rate-twice', adamWith({ take: (w, a, direction) => w - a * a * direction })],
      ['step-twice', adamWith({ take: (w, a, direction) => w - 2 * a * direction })],
      ['moment-unused-s', adamWith({ root: () => 1 })],
    ] as [string, ElementStep][]
  ).map(([id, step]) => [id, step, { rule: 'adam' }]);

  const inOthers: Planted[] = [
    ['sign-flipped', (w, g, _, { learningRate: a }) => [w + a * g], { rule: 'gradientDescent' }],
    ['learning-rate-missing', (w, g) => [w - g], { rule: 'gradientDescent' }],
    ['step-missing', (w) => [w], { rule: 'gradientDescent' }],
    ['step-missing', (w) => [w], { rule: 'adam' }],
    ['weight-missing-v', classical, { rule: 'momentum' }],
    ['weight-added-v', momentum, { rule: 'momentum', classical: true }],
    [
      'moment-stale-v',
      (w, g, old, { learningRate: a, beta }) => [
        w - a * old.v,
        { v: beta * old.v + (1 - beta) * g },
      ],
      { rule: 'momentum' },
    ],
    [
      'weights-swapped-v',
      (w, g, old, { learningRate: a, beta }) => {
        const v = (1 - beta) * old.v + beta * g;
        return [w - a * v, { v }];
      },
      { rule: 'momentum' },
    ],
    ['state-lost-v', (...all) => [momentum(...all)[0]], { rule: 'momentum' }],
    ['moment-unused-v', sgd, { rule: 'momentum' }],
    ['state-lost-s', (...all) => [rmsprop(...all)[0]], { rule: 'rmsprop' }],
    [
      'epsilon-inside',
      (w, g, old, { learningRate: a, beta, epsilon }) => {
        const s = beta * old.s + (1 - beta) * g * g;
        return [w - (a * g) / Math.sqrt(s + epsilon), { s }];
      },
      { rule: 'rmsprop' },
    ],
    [
      'root-missing',
      (w, g, old, { learningRate: a, beta, epsilon }) => {
        const s = beta * old.s + (1 - beta) * g * g;
        return [w - (a * g) / (s + epsilon), { s }];
      },
      { rule: 'rmsprop' },
    ],
    [
      'not-squared-s',
      (w, g, old, { learningRate: a, beta, epsilon }) => {
        const s = beta * old.s + (1 - beta) * g;
        return [w - (a * g) / (Math.sqrt(s) + epsilon), { s }];
      },
      { rule: 'rmsprop' },
    ],
    ['decay-missing', adam, { rule: 'adam', ...decay }],
    ['decay-missing', adam, { rule: 'adam', decoupled: true, ...decay }],
    ['decay-decoupled', decoupled(adam), { rule: 'adam', ...decay }],
    ['decay-coupled', coupled(adam), { rule: 'adam', decoupled: true, ...decay }],
    [
      'decay-not-averaged',
      (w, g, old, step, isBias) => momentum(w, isBias ? g : g + step.lambda * w, old, step, isBias),
      { rule: 'momentum', ...decay },
    ],
    [
      'decay-of-biases',
      (w, g, old, step, isBias) => momentum(w, g + (step.lambda / step.m) * w, old, step, isBias),
      { rule: 'momentum', ...decay },
    ],
    [
      'decay-without-learning-rate',
      (w, g, old, step, isBias) => {
        const [next, moments] = adam(w, g, old, step, isBias);
        return [isBias ? next : next - (step.lambda / step.m) * w, moments];
      },
      { rule: 'adam', decoupled: true, ...decay },
    ],
  ];

  test.each([...inAdam, ...inOthers])('%s', (id, step, options) => {
    for (const seed of seeds) {
      const { passed, cause, alternatives, firstWrongStep } = checkElements(step, options, seed);
      expect({ passed, id: cause?.id, alternatives }).toEqual({
        passed: false,
        id,
        alternatives: [],
      });
      expect(cause?.sentence).toMatch(/^[A-Zεβvst].*\.$/);
      expect(cause?.correction).not.toBe('');
      expect(firstWrongStep).toBeGreaterThanOrEqual(1);
    }
  });

  test('with its line in the notation of the course', () => {
    const [, inside] = inAdam.find(([id]) => id === 'epsilon-inside') as Planted;
    expect(checkElements(inside, { rule: 'adam' }).cause).toEqual({
      id: 'epsilon-inside',
      sentence: 'ε is inside the root; it belongs outside.',
      correction: 'W = W - α v̂ / (√ŝ + ε)',
    });
  });

  test('also where ε is so small that only the smallest gradients feel it', () => {
    const [, missing] = inAdam.find(([id]) => id === 'epsilon-missing') as Planted;
    const { cause } = checkElements(missing, { rule: 'adam', epsilon: 1e-24 });
    expect(cause?.id).toBe('epsilon-missing');
  });

  test('but t from 0 only where it leads to NaN, as it must', () => {
    const [, fromZero] = inAdam.find(([id]) => id === 't-from-0') as Planted;
    const guarded: ElementStep = (w, g, old, step, isBias) => {
      const [next, moments] = fromZero(w, g, old, step, isBias);
      return [Number.isNaN(next) ? w : next, moments];
    };
    expect(checkElements(guarded, { rule: 'adam' }).cause?.id).toBe('unknown');
  });

  test('a lost state is right in the first step', () => {
    const [, lost] = inAdam.find(([id]) => id === 'state-lost-vs') as Planted;
    expect(checkElements(lost, { rule: 'adam' }).firstWrongStep).toBe(2);
  });

  test('two at once', () => {
    const both = adamWith({ vHat: (v) => v, root: (s, epsilon) => Math.sqrt(s + epsilon) });
    for (const seed of seeds) {
      const { cause, alternatives } = checkElements(both, { rule: 'adam' }, seed);
      expect(cause).toEqual({
        id: 'correction-missing-v+epsilon-inside',
        sentence: 'The bias correction of v is missing. ε is inside the root; it belongs outside.',
        correction: 'v̂ = v / (1 - β1^t); W = W - α v̂ / (√ŝ + ε)',
      });
      expect(alternatives).toEqual([]);
    }
  });

  test('in the biases alone', () => {
    const inBiases: ElementStep = (w, g, old, step, isBias) =>
      isBias ? classical(w, g, old, step, isBias) : momentum(w, g, old, step, isBias);
    const { wrong, cause } = checkElements(inBiases, { rule: 'momentum' });
    expect(wrong).toEqual(['b1', 'b2']);
    expect(cause?.sentence).toBe(
      'The factor 1 - β is missing in v. This is so in b1 and b2 alone.',
    );
  });

  test('what two mistakes explain alike is given both names', () => {
    const { cause, alternatives } = checkElements(classical, { rule: 'momentum', beta: 0.5 });
    expect([cause, ...alternatives].map((c) => c?.id)).toEqual(['weight-missing-v', 'step-twice']);
  });
});

describe('what no known mistake explains is unknown', () => {
  test.each<[string, ElementStep, RuleOptions]>([
    ['a factor of 1.001', (w, g) => [w - 0.01001 * g], { rule: 'gradientDescent' }],
    ['another rule', rmsprop, { rule: 'adam' }],
    ['clipping', (w, g) => [w - 0.01 * Math.max(-1, Math.min(1, g))], { rule: 'gradientDescent' }],
    [
      'noise of 1e-8',
      (w, g) => [w - 0.01 * g * (1 + 1e-8 * Math.sin(1e5 * g))],
      { rule: 'gradientDescent' },
    ],
    ['NaN from the first step on', () => [Number.NaN], { rule: 'adam' }],
  ])('%s', (_, step, options) => {
    for (const seed of seeds) {
      const report = checkElements(step, options, seed);
      expect(report).toMatchObject({ passed: false, cause: { id: 'unknown' }, alternatives: [] });
    }
  });
});

test('the worst element is named with both values', () => {
  const wrongElement = onElements((w, g, _, { learningRate: a }) => [w - a * g]);
  const report = checkArrayUpdate(
    (params, grads, state: object, step) => {
      const result = wrongElement(params, grads, {}, step);
      const W2 = (result.params.W2 as number[][]).map((row) => [...row]);
      if (step.t === 5) W2[3][1] += 1;
      return { params: { ...result.params, W2 }, state };
    },
    { rule: 'gradientDescent' },
  );
  expect(report).toMatchObject({ wrong: ['W2'], firstWrongStep: 5 });
  expect(report.worst).toMatchObject({ name: 'W2', index: [3, 1] });
  const { hand, reference } = report.worst ?? { hand: 0, reference: 0 };
  expect(hand - reference).toBeCloseTo(1, 12);
});

describe('an update of tensors', () => {
  const tensorAdam = (
    params: Params,
    grads: Grads,
    state: { v?: Params; s?: Params },
    { t, learningRate, beta1, beta2, epsilon }: UpdateStep,
  ) =>
    tf.tidy(() => {
      const next: Record<'params' | 'v' | 's', Record<string, tf.Tensor2D>> = {
        params: {},
        v: {},
        s: {},
      };
      for (const [name, W] of Object.entries(params)) {
        const g = grads[`d${name}`];
        const v = tf.add(tf.mul(state.v?.[name] ?? 0, beta1), tf.mul(g, 1 - beta1));
        const s = tf.add(tf.mul(state.s?.[name] ?? 0, beta2), tf.mul(tf.square(g), 1 - beta2));
        const vHat = tf.div(v, 1 - beta1 ** t);
        const sHat = tf.div(s, 1 - beta2 ** t);
        const direction = tf.div(vHat, tf.add(tf.sqrt(sHat), epsilon));
        next.params[name] = tf.sub(W, tf.mul(direction, learningRate));
        next.v[name] = v as tf.Tensor2D;
        next.s[name] = s as tf.Tensor2D;
      }
      return { params: next.params, state: { v: next.v, s: next.s } };
    });

  test('is computed in double precision, on the backend that was active afterwards', async () => {
    await expectFlatMemory(() => {
      let inside = '';
      const report = checkUpdate(
        (params: Params, grads: Grads, state: { v?: Params; s?: Params }, step) => {
          inside = tf.getBackend();
          return tensorAdam(params, grads, state, step);
        },
        { rule: 'adam' },
      );
      expect(report.passed).toBe(true);
      expect(report.maxRelativeError).toBeLessThan(1e-11);
      expect(inside).toBe('handgrad-float64');
      expect(tf.getBackend()).toBe('cpu');
    });
  });

  test('its mistakes are named', () => {
    const report = checkUpdate(
      (params: Params, grads: Grads, _: { v?: Params; s?: Params }, step) =>
        tensorAdam(params, grads, {}, step),
      { rule: 'adam' },
    );
    expect(report.cause?.id).toBe('state-lost-vs');
  });

  test('what it throws goes through, and leaves no tensor and no backend behind', async () => {
    await expectFlatMemory(() => {
      expect(() =>
        checkUpdate(
          ({ W1 }) => {
            tf.square(W1);
            throw new RangeError('mine');
          },
          { rule: 'adam' },
        ),
      ).toThrow(new RangeError('mine'));
      expect(tf.getBackend()).toBe('cpu');
    });
  });

  test('may dispose of what comes in', () => {
    const { update } = gradientDescent({ learningRate: 0.01 });
    const report = checkUpdate(
      (params: Params, grads: Grads, state: Params) => {
        const next = update(params, grads, state);
        tf.dispose([params, grads]);
        return next;
      },
      { rule: 'gradientDescent' },
    );
    expect(report.passed).toBe(true);
  });
});

describe('what cannot be checked is refused', () => {
  const options = { rule: 'gradientDescent' } as const;
  test('an update that returns something else', () => {
    expect(() => checkArrayUpdate(() => undefined as never, options)).toThrow(
      'the update returns no params in step 1. Return { params, state }.',
    );
    expect(() => checkArrayUpdate((async () => ({})) as never, options)).toThrow(
      'the update returns a promise. Make it a plain function, without async.',
    );
    expect(() =>
      checkArrayUpdate(({ W1, b1, W2 }) => ({ params: { W1, b1, W2 } }), options),
    ).toThrow('the params that the update returns in step 1 have no b2.');
  });

  test('a parameter in another shape', () => {
    const flat = ({ W1, ...rest }: Record<string, number[][]>) => ({
      params: { W1: W1.flat(), ...rest },
    });
    expect(() => checkArrayUpdate(flat, options)).toThrow(ShapeError);
    expect(() => checkArrayUpdate(flat, options)).toThrow(
      'W1 came in as (3, 2), but the update returns it as (6) in step 1.',
    );
  });

  test.each([
    [{ learningRate: 0 }, 'learningRate is 0; give a number above 0.'],
    [{ beta: 1 }, 'beta is 1; give a number from 0 to less than 1.'],
    [{ beta2: Number.NaN }, 'beta2 is NaN; give a number from 0 to less than 1.'],
    [{ lambda: -1 }, 'lambda is -1; give a number from 0 on.'],
    [{ m: 0 }, 'm is 0; give a number above 0.'],
    [
      { rule: 'toString' as never },
      'there is no rule toString; choose one of gradientDescent, momentum, nesterov, adagrad, rmsprop, adam, adamw.',
    ],
  ])('%p', (wrong, message) => {
    const check = () => checkArrayUpdate((params) => ({ params }), { ...options, ...wrong });
    expect(check).toThrow(ValueError);
    expect(check).toThrow(message);
  });
});
