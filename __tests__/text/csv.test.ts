import { expect, test } from '@jest/globals';
import { csvOf } from '../../src/text/csv.js';

test('RFC 4180: what has a comma, a quote or a line end stands in quotes', () => {
  expect(
    csvOf([
      ['a', 1, null],
      ['b, c', '"d"', 'e\nf'],
    ]),
  ).toBe('a,1,\r\n"b, c","""d""","e\nf"\r\n');
});

test('no field is a formula to a spreadsheet; a decimal number is none', () => {
  expect(csvOf([['=1+1', '@x', '-2+3', '-1.5+2', '-x', '-1', 'a=b']])).toBe(
    "'=1+1,'@x,'-2+3,'-1.5+2,'-x,'-1,a=b\r\n",
  );
  expect(csvOf([['-0.51', '-3.00 %', -2]])).toBe('-0.51,-3.00 %,-2\r\n');
});
