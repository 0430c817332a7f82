import { expect, test } from '@jest/globals';
import { BackendError } from '../../src/core/errors.js';
import { allocate, zeros } from '../../src/float64/array.js';

test('each dtype has its room', () => {
  expect(allocate('float32', 2)).toEqual(new Float64Array(2));
  expect(allocate('int32', 2)).toEqual(new Int32Array(2));
  expect(allocate('bool', 2)).toEqual(new Uint8Array(2));
  expect(allocate('string', 2)).toEqual(new Array(2));
});

test('complex numbers have none', () => {
  expect(() => allocate('complex64', 2)).toThrow(BackendError);
});

test('zeros of a shape', () => {
  expect(zeros([2, 3], 'float32').values).toEqual(new Float64Array(6));
  expect(zeros([], 'int32').values).toEqual(new Int32Array(1));
});
