import { expect, test } from '@jest/globals';
import {
  gradeOf,
  shareOf,
  summaryOf,
  ungraded,
  verdictOf,
} from '../../../src/oracle/grade/grade.js';
import type { GradientReport, ParameterReport } from '../../../src/oracle/report.js';
import { failed, passes, wrong } from './rows.js';

const parameter = (name: string, passed: boolean): ParameterReport => ({
  name,
  shape: [1, 1],
  passed,
  maxAbsoluteError: 0,
  maxRelativeError: 0,
  wrong: passed ? 0 : 1,
  comparisons: {},
});

const report = (change: Partial<GradientReport>): GradientReport => ({
  passed: false,
  precision: 'float64',
  backend: 'handgrad-float64',
  parameters: [parameter('dW1', false), parameter('db1', true), parameter('dW2', true)],
  maxRelativeError: 0,
  stages: [],
  causes: [],
  checked: { autodiff: 3, differences: 3, directions: 0 },
  skipped: 0,
  notes: [],
  ...change,
});

test('what passes has no cause', () => {
  const parameters = [parameter('dW', true), parameter('db', true)];
  expect(gradeOf('a.ts', report({ passed: true, parameters }))).toEqual({
    file: 'a.ts',
    passed: true,
    right: 2,
    gradients: 2,
    firstWrong: null,
    cause: null,
  });
});

test('the first wrong stage is the first from the cost that is wrong in itself', () => {
  const stages = [
    { name: 'dZ2', verdict: 'right' },
    { name: 'dA1', verdict: 'wrong' },
    { name: 'dZ1', verdict: 'inherits' },
    { name: 'dW1', verdict: 'wrong' },
  ] as const;
  const causes = [
    { id: 'a', where: ['dA1'], sentence: 'dA1 is this.', alternatives: ['dA1 is that.'] },
    { id: 'b', where: ['dW1'], sentence: 'dW1 too.' },
  ];
  const grade = gradeOf('a.ts', report({ stages, causes }));
  expect(grade.right).toBe(2);
  expect(grade.gradients).toBe(3);
  expect(grade.firstWrong).toBe('dA1');
  expect(grade.cause).toBe('dA1 is this. Or: dA1 is that. dW1 too.');
});

test('without stages, the first gradient that has a cause; with an unknown cause, none', () => {
  const known = { id: 'sign', where: ['dW1'], sentence: 'dW1 has the wrong sign.' };
  expect(gradeOf('a.ts', report({ causes: [known] })).firstWrong).toBe('dW1');
  const unknown = { id: 'unknown', where: ['dW1'], sentence: 'What is wrong is unknown.' };
  expect(gradeOf('a.ts', report({ causes: [unknown] })).firstWrong).toBeNull();
  expect(gradeOf('a.ts', report({})).cause).toMatch(/^The cause is unknown/);
});

test('a verdict, a share and a sum', () => {
  expect([passes, wrong, failed].map(verdictOf)).toEqual(['pass', 'wrong', 'failed']);
  expect([passes, wrong, failed].map(shareOf)).toEqual(['4 of 4', '2 of 4', '']);
  expect(summaryOf([passes, wrong, failed])).toBe('1 of 3 modules pass.');
  expect(ungraded('hangs.js', 'It is not done after 20 seconds.')).toEqual(failed);
});
