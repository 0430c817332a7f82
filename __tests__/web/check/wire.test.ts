import { describe, expect, test } from '@jest/globals';
import { ValueError } from '../../../src/core/errors.js';
import { stepOf } from '../../../src/oracle/report/heatMap.js';
import type { GradientReport } from '../../../src/oracle/report.js';
import { ready } from '../../../web/check/answer.js';
import { longest, read, write } from '../../../web/check/wire.js';
import { big, missing, right, wrong } from '../../oracle/report/examples.js';

/** A report without the errors, and the steps of the heat maps that these are drawn in. */
function seen({ parameters, ...rest }: GradientReport) {
  const maps = parameters.map(({ errors }) => errors && Array.from(errors, stepOf));
  return { ...rest, parameters: parameters.map(({ errors, ...others }) => others), maps };
}

function reread(report: GradientReport): GradientReport {
  const said = read(write({ report }));
  if (typeof said !== 'object' || !('report' in said)) throw new Error('no report');
  return said.report;
}

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

test('the other things that a worker says', () => {
  for (const said of [
    ready,
    { printed: 'a\u2028"' },
    { problem: { sentence: 'No.', line: 3, unread: true } },
    { problem: { sentence: 'No.' } },
  ] as const) {
    expect(read(write(said))).toEqual(said);
  }
});

test('what is too long is cut, and heat maps that do not fit are left out', () => {
  const message = write({ printed: 'x'.repeat(1e6) });
  expect(message.length).toBeLessThan(3000);
  expect(read(message)).toEqual({ printed: `${'x'.repeat(1999)}…` });
  const errors = new Float64Array(longest);
  const parameters = [{ ...right.parameters[0], shape: [longest], errors }];
  const huge = write({ report: { ...right, parameters } });
  expect(huge.length).toBeLessThan(longest);
  expect(reread({ ...right, parameters }).parameters[0]).not.toHaveProperty('errors');
});

describe('what is no message of a worker is refused, with the place', () => {
  const report = JSON.parse(write({ report: wrong })).report;
  const [first] = report.parameters;
  const withFirst = (change: object) => ({
    report: { ...report, parameters: [{ ...first, ...change }] },
  });
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
    ['parameters', { report: { ...report, parameters: Array(1001).fill(first) } }],
    ['precision', { report: { ...report, precision: 'float16' } }],
    ['stages[0].verdict', { report: { ...report, stages: [{ name: 'dW', verdict: '"' }] } }],
    [
      'causes[0].where',
      { report: { ...report, causes: [{ id: 'x', where: 'dW', sentence: '' }] } },
    ],
    ['checked', { report: { ...report, checked: 3 } }],
    ['notes[0]', { report: { ...report, notes: [1] } }],
    ['report', {}],
    ['', 'steady'],
    ['', null],
  ])('%s', (place, message) => {
    expect(() => read(JSON.stringify(message))).toThrow(ValueError);
    expect(() => read(JSON.stringify(message))).toThrow(place);
  });

  test('fields that nobody asked for are left behind, the prototype too', () => {
    const said = read('{"__proto__":{"report":1},"problem":{"sentence":"No.","more":1},"x":2}');
    expect(said).toEqual({ problem: { sentence: 'No.' } });
    expect(() => read('{"__proto__":{"problem":{"sentence":"No."}}}')).toThrow(ValueError);
  });

  test('no JSON', () => {
    expect(() => read('')).toThrow();
    expect(() => read('undefined')).toThrow();
  });
});
