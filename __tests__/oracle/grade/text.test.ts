import { expect, test } from '@jest/globals';
import { gradesText } from '../../../src/oracle/grade/text.js';
import { failed, passes, wrong } from './rows.js';

test('a table, and how many pass', () => {
  expect(gradesText([failed, passes, wrong])).toBe(
    [
      'file       verdict  right   first wrong  cause',
      'hangs.js   FAILED                        It is not done after 20 seconds.',
      'right.ts   pass     4 of 4',
      'wrong.mjs  WRONG    2 of 4  dZ1          dZ1 has a 1/m of its own: 1/m is applied twice.',
      '',
      '1 of 3 modules pass.',
    ].join('\n'),
  );
});

test('a long cause goes on below, in at most 96 columns and without a loss', () => {
  const cause = Array.from({ length: 60 }, (_, i) => `word${i}`).join(' ');
  const lines = gradesText([{ ...wrong, cause }])
    .split('\n')
    .slice(1, -2);
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(96);
  expect(lines.map((line) => line.slice(41)).join(' ')).toBe(cause);
});

test("nobody's name moves the cursor", () => {
  const text = gradesText([{ ...wrong, file: '\u001b[2Ja\n.mjs', cause: 'a\rb' }]);
  expect(text).toContain('?[2Ja?.mjs');
  expect(text).toContain('a?b');
});
