import { describe, expect, test } from '@jest/globals';
import { costTable, planJson, planLine } from '../../src/cli/plan.js';
import type { Choice } from '../../src/training/plan.js';
import { compiled, inSampleSpace, plain } from '../../src/training/plans/index.js';

const choice: Choice = {
  plan: compiled,
  trials: [
    { plan: plain, setupMs: 2, msPerStep: 12.5, seconds: 31.252 },
    { plan: compiled, setupMs: 150, msPerStep: 0.5, seconds: 1.4 },
  ],
  passed: [{ plan: inSampleSpace, reason: 'm is not much smaller.' }],
};

describe('in a line', () => {
  test('the chosen one', () => {
    expect(planLine({ name: 'compiled', choice })).toBe('Plan: compiled');
  });
  test('one that was asked for', () => {
    expect(planLine({ name: 'plain' })).toBe('Plan: plain');
  });
  test('one that was refused, and why', () => {
    expect(planLine({ name: 'plain', refused: 'The kernel X runs in JavaScript.' })).toBe(
      'Plan: plain. The kernel X runs in JavaScript.',
    );
  });
});

test('for programs', () => {
  expect(planJson({ name: 'compiled', choice })).toEqual({
    name: 'compiled',
    trials: [
      { name: 'plain', setupMs: 2, msPerStep: 12.5, seconds: 31.252 },
      { name: 'compiled', setupMs: 150, msPerStep: 0.5, seconds: 1.4 },
    ],
    passed: [{ name: 'in sample space', reason: 'm is not much smaller.' }],
  });
});

test('in a table: a row for each plan, with its figures or why it was passed over', () => {
  const lines = costTable([['wasm', choice]]).split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[1]).toMatch(/^wasm +plain +2 +12\.500 +31 s$/);
  expect(lines[2]).toMatch(/^wasm +compiled +150 +0\.500 +1\.4 s +chosen$/);
  expect(lines[3]).toMatch(/^wasm +in sample space +m is not much smaller\.$/);
});
