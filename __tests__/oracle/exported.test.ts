import { expect, test } from '@jest/globals';
import { CheckError } from '../../src/core/errors.js';
import { exportedSubject } from '../../src/oracle/exported.js';

const pass = () => ({});

test('hands over what the module exports', () => {
  const module = { forward: pass, backward: pass, X: [[1]] };
  expect(exportedSubject(module, 'mine.mjs')).toBe(module);
});

test.each([
  [
    {},
    'mine.mjs exports no function forward. Write: export function forward(tf, params, X, Y) { … }',
  ],
  [
    { forward: pass },
    'mine.mjs exports no function backward. Write: export function backward(tf, params, X, Y, cache) { … }',
  ],
  [{ forward: pass, backward: 3 }, 'mine.mjs exports no function backward.'],
])('%p', (module, message) => {
  const load = () => exportedSubject(module, 'mine.mjs');
  expect(load).toThrow(CheckError);
  expect(load).toThrow(message);
});

test('a class is no subject: said by its name, with the lines to write', () => {
  class Model {
    forward() {}
  }
  const load = () => exportedSubject({ Model }, 'mine.mjs');
  expect(load).toThrow(CheckError);
  expect(load).toThrow('mine.mjs exports the class Model, and no function forward.');
});
