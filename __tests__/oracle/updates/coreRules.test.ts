import { beforeAll, describe, expect, test } from '@jest/globals';
import type * as tf from '@tensorflow/tfjs-core';
import type { Optimizer } from '../../../src/core/optimizer.js';
import * as core from '../../../src/core/optimizers.js';
import type { Grads, Params } from '../../../src/core/tensors.js';
import { checkUpdate, type RuleOptions } from '../../../src/oracle/updates/checkUpdate.js';
import { anyBackend } from '../../support/backends.js';

beforeAll(anyBackend);

/** A rule of core as checkUpdate takes it. */
const held = (optimizer: Optimizer, options: RuleOptions) =>
  checkUpdate<Record<string, tf.Tensor>>(
    (params, grads, state) => optimizer.update(params as Params, grads as Grads, state),
    { ...options, start: (params) => optimizer.start(params as Params) },
  );

const learningRate = 0.05;
const rules: [name: string, Optimizer, RuleOptions][] = [
  ['gradientDescent', core.gradientDescent({ learningRate }), { rule: 'gradientDescent' }],
  ['momentum', core.momentum({ learningRate, beta: 0.8 }), { rule: 'momentum', beta: 0.8 }],
  [
    'momentum, undampened',
    core.momentum({ learningRate, dampening: 0 }),
    { rule: 'momentum', classical: true },
  ],
  ['nesterov', core.nesterov({ learningRate }), { rule: 'nesterov' }],
  [
    'nesterov, undampened',
    core.nesterov({ learningRate, dampening: 0 }),
    { rule: 'nesterov', classical: true },
  ],
  ['adagrad', core.adagrad({ learningRate }), { rule: 'adagrad', epsilon: 1e-10 }],
  ['rmsprop', core.rmsprop({ learningRate }), { rule: 'rmsprop' }],
  [
    'rmsprop, ε inside',
    core.rmsprop({ learningRate, epsilonPlace: 'inside' }),
    { rule: 'rmsprop', epsilonPlace: 'inside' },
  ],
  ['adam', core.adam({ learningRate }), { rule: 'adam' }],
  ['adamw', core.adamw({ learningRate, weightDecay: 0.3 }), { rule: 'adamw', lambda: 0.3 }],
  [
    'adamw, weights alone',
    core.adamw({ learningRate, weightDecay: 0.3, decays: 'weights' }),
    { rule: 'adamw', lambda: 0.3, decays: 'weights' },
  ],
];

describe('every rule of core is right', () => {
  test.each(rules)('%s', (_, optimizer, options) => {
    expect(held(optimizer, { ...options, learningRate })).toMatchObject({ passed: true });
  });

  test('none is left out', () => {
    const factories = Object.entries(core).filter(([, value]) => typeof value === 'function');
    const names = new Set(rules.map(([, { name }]) => name));
    const own = factories
      .map(([name]) => name)
      .filter((name) => /^(ada|rms|mom|nes|grad)/.test(name));
    expect(own.filter((name) => !names.has(name))).toEqual([]);
  });
});

describe('planted: the wrong rule is not taken for the right one', () => {
  test.each<[string, Optimizer, RuleOptions]>([
    [
      'biases that do not decay',
      core.adamw({ learningRate, weightDecay: 0.3, decays: 'weights' }),
      { rule: 'adamw', lambda: 0.3 },
    ],
    ['adam for adamw', core.adam({ learningRate }), { rule: 'adamw', lambda: 0.3 }],
    ['momentum for nesterov', core.momentum({ learningRate }), { rule: 'nesterov' }],
  ])('%s', (_, optimizer, options) => {
    expect(held(optimizer, { ...options, learningRate }).passed).toBe(false);
  });

  test('a coupled adamw is refused with the cure', () => {
    const coupled = () => held(core.adamw({}), { rule: 'adamw', decoupled: false });
    expect(coupled).toThrow('choose adam');
  });
});
