import { expect, test } from '@jest/globals';
import { list, printable } from '../../src/text/words.js';

test('a list as a sentence has it', () => {
  expect(list([])).toBe('');
  expect(list(['a'])).toBe('a');
  expect(list(['a', 'b'])).toBe('a and b');
  expect(list(['a', 'b', 'c'])).toBe('a, b and c');
  expect(list(['a', 'b', 'c', 'd'], 3)).toBe('a, b and 2 more');
  expect(list(['a', 'b', 'c'], 3)).toBe('a, b and c');
});

test('nothing moves the cursor or colours the terminal', () => {
  expect(printable('a\u001b[31mb\nc\u0007')).toBe('a?[31mb?c?');
});
