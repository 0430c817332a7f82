import { expect, test } from '@jest/globals';
import { advance, nothing } from '../../../src/oracle/updates/recipe.js';
import { type RuleOptions, ruleOf } from '../../../src/oracle/updates/rules.js';
import { golden } from '../../support/goldens.js';

/** PyTorch's ten steps on f(w) = 1/2 Σ d w², whose gradient is d w. */
const { d, w0, paths } = golden<{
  d: number[];
  w0: number[];
  paths: Record<string, number[][]>;
}>('optimizers');

test.each<[string, RuleOptions]>([
  ['gradient_descent', { rule: 'gradientDescent', learningRate: 0.05 }],
  ['momentum', { rule: 'momentum', learningRate: 0.05, beta: 0.9 }],
  ['rmsprop', { rule: 'rmsprop', learningRate: 0.01, beta: 0.9, epsilon: 1e-8 }],
  ['adam', { rule: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }],
])("%s takes PyTorch's ten steps", (name, options) => {
  const { recipe } = ruleOf(options);
  const path = paths[name];
  expect(path).toHaveLength(10);
  w0.forEach((start, i) => {
    let at = { W: start, memory: nothing };
    path.forEach((expected, step) => {
      at = advance(recipe, at.W, d[i] * at.W, at.memory, step + 1, false);
      const relative = Math.abs(at.W - expected[i]) / Math.max(1, Math.abs(expected[i]));
      expect(relative).toBeLessThan(1e-13);
    });
  });
});
