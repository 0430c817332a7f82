import { expect, test } from '@jest/globals';
import {
  codeSpan,
  escapeMarkdown,
  escapeParagraph,
  markdownTable,
} from '../../../src/report/training/markdown.js';

test.each([
  ['a|b', 'a\\|b'],
  ['<b>', '\\<b\\>'],
  ['*_`[x](y)', '\\*\\_\\`\\[x\\](y)'],
  ['two\n\nlines', 'two lines'],
  ['  code\t', 'code'],
  ['&lt;', '\\&lt;'],
  ['1. and # stay', '1. and # stay'],
])('%j is text: %s', (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});

test.each([
  ['# x', '\\# x'],
  [' - x', '\\- x'],
  ['12. x', '12\\. x'],
  ['1.5 % of it', '1\\.5 % of it'],
  ['12 of them', '12 of them'],
])('%j starts no heading and no list: %s', (text, escaped) => {
  expect(escapeParagraph(text)).toBe(escaped);
});

test('a table, its numbers on the right', () => {
  expect(markdownTable(['class', 'n'], [['a|b', 3]])).toBe(
    '| class | n |\n|---|---:|\n| a\\|b | 3 |',
  );
});

test.each([
  ['a.csv', '`a.csv`'],
  ['a`b', '`` a`b ``'],
  ['a\nb', '`a b`'],
])('%j as code: %s', (text, code) => {
  expect(codeSpan(text)).toBe(code);
});
