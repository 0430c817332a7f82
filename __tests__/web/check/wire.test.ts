import { describe, expect, test } from '@jest/globals';
import { ValueError } from '../../../src/core/errors.js';
import { ready } from '../../../web/check/answer.js';
import { read, write } from '../../../web/check/wire.js';
import { wrong } from '../../oracle/report/examples.js';

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

test('what a worker prints is cut', () => {
  const message = write({ printed: 'x'.repeat(1e6) });
  expect(message.length).toBeLessThan(3000);
  expect(read(message)).toEqual({ printed: `${'x'.repeat(1999)}…` });
});

test('a report comes as such', () => {
  expect(read(write({ report: wrong }))).toMatchObject({ report: { passed: false } });
});

describe('what is no message of a worker is refused, with the place', () => {
  const report = JSON.parse(write({ report: wrong })).report;
  test.each<[string, unknown]>([
    ['checked', { report: { ...report, checked: 3 } }],
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
