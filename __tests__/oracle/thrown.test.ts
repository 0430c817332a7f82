import { describe, expect, test } from '@jest/globals';
import { messageOf, placeIn, placeOf } from '../../src/oracle/thrown.js';

/** An error whose stack has these lines. */
const at = (...lines: string[]) =>
  Object.assign(new Error('no'), { stack: ['Error: no', ...lines].join('\n') });

describe('placeOf', () => {
  test.each<[string, string]>([
    ['    at backward (/home/me/mine.mjs:7:3)', ' (/home/me/mine.mjs:7:3)'],
    ['    at backward (file:///home/me/mine.mjs:7:3)', ' (/home/me/mine.mjs:7:3)'],
    ['    at backward (file:///home/me/mine.ts?tsx=1:7:3)', ' (/home/me/mine.ts:7:3)'],
    ['    at file:///home/me/mine.mjs:7:3', ' (/home/me/mine.mjs:7:3)'],
    ['    at backward (C:\\me\\mine.mjs:7:3)', ' (C:\\me\\mine.mjs:7:3)'],
    ['    at new Network (/home/me/mine.mjs:7:3)', ' (/home/me/mine.mjs:7:3)'],
    ['    at backward (<anonymous>)', ''],
    // As Firefox and Safari write it.
    ['backward@file:///home/me/mine.mjs:7:3', ' (/home/me/mine.mjs:7:3)'],
    ['backward@mine:7:3', ' (mine:7:3)'],
    ['@mine:7:3', ' (mine:7:3)'],
  ])('%s', (line, place) => {
    expect(placeOf(at(line))).toBe(place);
  });

  test('passes over packages, node and the check itself', () => {
    const source = new URL('../../src/', import.meta.url).pathname;
    const stack = [
      '    at assert (/home/me/node_modules/@tensorflow/tfjs-core/dist/util.js:1:1)',
      `    at Module.runForward (${source}oracle/run.ts:2:2)`,
      `    at kernel (${source}float64/register.ts:3:3)`,
      '    at matMul (/somewhere/tfjs-backend-cpu/src/kernels/BatchMatMul.ts:6:6)',
      '    at node:internal/process:4:4',
      '    at Socket.emit (node:events:524:28)',
      '    at mine (/home/me/mine.mjs:5:5)',
      '    at other (/home/me/other.mjs:6:6)',
    ];
    expect(placeOf(at(...stack))).toBe(' (/home/me/mine.mjs:5:5)');
  });

  test('no error, no place', () => {
    expect(placeOf('a string')).toBe('');
    expect(placeOf(undefined)).toBe('');
  });
});

test('in a browser only code that is typed has no address', () => {
  const stack = [
    '    at kernel (blob:http://localhost:5173/0f9c:1:99)',
    '    at run (https://example.org/check/index.js:2:2)',
    '    at backward (code:5:7)',
  ];
  expect(placeIn(at(...stack))).toEqual({ file: 'code', line: 5, column: 7 });
  expect(placeIn(at('kernel@blob:http://localhost/0f9c:1:99', 'backward@code:5:7'))).toEqual({
    file: 'code',
    line: 5,
    column: 7,
  });
});

test('messageOf: the first line, of anything that is thrown', () => {
  expect(messageOf(new RangeError('one\ntwo'))).toBe('one');
  expect(messageOf('a string')).toBe('a string');
  expect(messageOf(undefined)).toBe('undefined');
});
