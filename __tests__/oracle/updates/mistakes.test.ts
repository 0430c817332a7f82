import { expect, test } from '@jest/globals';
import { checkArrayUpdate } from '../../../src/oracle/updates/checkUpdate.js';
import { mistakesOf } from '../../../src/oracle/updates/mistakes.js';
import { advance, type Recipe } from '../../../src/oracle/updates/recipe.js';
import { type RuleOptions, ruleOf } from '../../../src/oracle/updates/rules.js';
import { onElements } from './onElements.js';

const decay = { lambda: 0.7, m: 7 };
const rules: [string, RuleOptions][] = [
  ['gradient descent', { rule: 'gradientDescent' }],
  ['momentum', { rule: 'momentum' }],
  ['classical momentum', { rule: 'momentum', classical: true }],
  ["Nesterov's", { rule: 'nesterov' }],
  ["classical Nesterov's", { rule: 'nesterov', classical: true }],
  ['Adagrad', { rule: 'adagrad' }],
  ['Adagrad, ε inside', { rule: 'adagrad', epsilonPlace: 'inside' }],
  ['RMSprop', { rule: 'rmsprop' }],
  ['RMSprop, ε inside', { rule: 'rmsprop', epsilonPlace: 'inside' }],
  ["Keras's Adam", { rule: 'adam', epsilonPlace: 'uncorrected' }],
  ['Adam', { rule: 'adam' }],
  ['Adam with L2', { rule: 'adam', ...decay }],
  ['AdamW', { rule: 'adam', decoupled: true, ...decay }],
];

const follow = (recipe: Recipe) =>
  onElements((w, g, memory, { t }, isBias) => {
    const next = advance(recipe, w, g, memory, t, isBias);
    return [next.W, next.memory];
  });

test.each(rules)('each mistake in %s shows, and no two are the same', (_, options) => {
  const rule = ruleOf(options);
  const known = mistakesOf(rule);
  expect(new Set(known.map(({ id }) => id)).size).toBe(known.length);
  for (const seed of [1, 2, 3]) {
    const named = known.map((mistake) => {
      const update = follow(mistake.change(rule.recipe));
      const { cause, alternatives } = checkArrayUpdate(update, { ...options, seed });
      return [cause, ...alternatives].map((c) => c?.id).sort();
    });
    expect(named).toEqual(
      known.map(({ id }) => equals(options).find((e) => e.includes(id)) ?? [id]),
    );
  }
});

/** Without a past, classical momentum is gradient descent. */
const equals = ({ rule, classical }: RuleOptions): string[][] =>
  rule === 'momentum' && classical ? [['moment-unused-v', 'state-lost-v']] : [];
