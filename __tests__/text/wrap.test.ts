import { expect, test } from '@jest/globals';
import { hang, wrap, wrapHard } from '../../src/text/wrap.js';

const text = 'the quick brown fox jumps over the lazy dog';

test.each([3, 5, 10, 20, 43])(
  'wrap at %d: every word, in order, no line wider than its word',
  (width) => {
    const lines = wrap(text, width);
    expect(lines.join(' ')).toBe(text);
    for (const line of lines) expect(line.length <= width || !line.includes(' ')).toBe(true);
    // Greedy: no line has room for the first word of the next.
    for (let i = 1; i < lines.length; i++) {
      expect(lines[i - 1].length + 1 + lines[i].split(' ')[0].length).toBeGreaterThan(width);
    }
  },
);

test('hang: the lines that follow start where the text starts', () => {
  expect(hang('Note: ', 'one two three', 14)).toEqual(['Note: one two', '      three']);
});

test('hang: a long lead has a line of its own', () => {
  expect(hang('From the cost: ', 'dZ2 dW2 db2', 20)).toEqual(['From the cost:', '  dZ2 dW2 db2']);
});

test('wrapHard cuts a word that is too long', () => {
  expect(wrapHard('a/very/long/path.png', 8)).toEqual(['a/very/l', 'ong/path', '.png']);
});
