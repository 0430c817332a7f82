import { expect, test } from '@jest/globals';
import * as errors from '../../src/core/errors.js';

test.each(Object.entries(errors))('%s is a HandgradError of that name', (name, ErrorClass) => {
  const error = new ErrorClass('W is missing.', { cause: 'a test' });
  expect(error).toBeInstanceOf(errors.HandgradError);
  expect(error).toBeInstanceOf(Error);
  expect(error.name).toBe(name);
  expect(error.message).toBe('W is missing.');
  expect(error.cause).toBe('a test');
  expect(String(error)).toBe(`${name}: W is missing.`);
});
