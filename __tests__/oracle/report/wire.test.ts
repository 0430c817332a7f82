import { describe, expect, test } from '@jest/globals';
import { ValueError } from '../../../src/core/errors.js';
import { stepOf } from '../../../src/oracle/report/heatMap.js';
import { longest, reportSchema, written } from '../../../src/oracle/report/wire.js';
import type { GradientReport } from '../../../src/oracle/report.js';
import { big, missing, right, wrong } from './examples.js';

/** A report without the errors, and the steps of the heat maps that these are drawn in. */
function seen({ parameters, ...rest }: GradientReport) {
  const maps = parameters.map(({ errors }) => errors && Array.from(errors, stepOf));
  return { ...rest, parameters: parameters.map(({ errors, ...others }) => others), maps };
}

const reread = (report: GradientReport): GradientReport =>
  reportSchema(JSON.parse(written(report)), 'The report');

test.each(Object.entries({ right, wrong, missing, big }))('there and back: %s', (_, report) => {
  expect(seen(reread(report))).toEqual(seen(report));
});

test('each decade of an error is drawn as before, and so is what is no number', () => {
  const decades = Array.from({ length: 20 }, (_, i) => 2.5 * 10 ** (i - 18));
  const errors = Float64Array.of(0, ...decades, Number.NaN, Number.POSITIVE_INFINITY);
  const parameters = [{ ...right.parameters[0], shape: [errors.length], errors }];
  expect(seen(reread({ ...right, parameters })).maps).toEqual([Array.from(errors, stepOf)]);
});

test('numbers that JSON has no word for', () => {
  const worst = { index: [0, 0], hand: Number.NaN, oracle: -Infinity, ratio: Infinity };
  const parameters = [{ ...right.parameters[0], maxRelativeError: Number.NaN, worst }];
  expect(reread({ ...right, parameters }).parameters[0]).toMatchObject({
    maxRelativeError: Number.NaN,
    worst,
  });
});

test('what is too long is cut, and heat maps that do not fit are left out', () => {
  expect(reread({ ...right, notes: ['x'.repeat(1e6)] }).notes).toEqual([`${'x'.repeat(1999)}…`]);
  const errors = new Float64Array(longest);
  const parameters = [{ ...right.parameters[0], shape: [longest], errors }];
  const huge = written({ ...right, parameters });
  expect(huge.length).toBeLessThan(longest);
  expect(reread({ ...right, parameters }).parameters[0]).not.toHaveProperty('errors');
});

describe('what is no report is refused, with the place', () => {
  const report = JSON.parse(written(wrong));
  const [first] = report.parameters;
  const withFirst = (change: object) => ({ ...report, parameters: [{ ...first, ...change }] });
  test.each<[string, unknown]>([
    ['shape[0]', withFirst({ shape: ['<b>'] })],
    ['shape', withFirst({ shape: { join: 1 } })],
    ['shape', withFirst({ shape: Array(17).fill(1) })],
    ['shape', withFirst({ shape: [2 ** 30, 4], errors: undefined })],
    ['errors', withFirst({ errors: '0' })],
    ['errors', withFirst({ errors: [1] })],
    ['errors', withFirst({ errors: 'zzzzzzzzzzzz' })],
    ['name', withFirst({ name: 'x'.repeat(201) })],
    ['name', withFirst({ name: ['dW'] })],
    ['passed', withFirst({ passed: 1 })],
    ['worst.index', withFirst({ worst: { index: [4, 0], hand: 1, oracle: 1, ratio: 1 } })],
    ['worst.hand', withFirst({ worst: { index: [0, 0], hand: '1', oracle: 1, ratio: 1 } })],
    ['comparisons.handToAutodiff', withFirst({ comparisons: { handToAutodiff: '<b>' } })],
    ['wrong', withFirst({ wrong: -1 })],
    ['parameters', { ...report, parameters: Array(5_001).fill(first) }],
    ['precision', { ...report, precision: 'float16' }],
    ['stages[0].verdict', { ...report, stages: [{ name: 'dW', verdict: '"' }] }],
    ['causes[0].where', { ...report, causes: [{ id: 'x', where: 'dW', sentence: '' }] }],
    ['checked', { ...report, checked: 3 }],
    ['notes[0]', { ...report, notes: [1] }],
    ['passed', {}],
    ['', 'steady'],
    ['', null],
  ])('%s', (place, message) => {
    const read = () => reportSchema(JSON.parse(JSON.stringify(message)), 'The report');
    expect(read).toThrow(ValueError);
    expect(read).toThrow(place);
  });
});
