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

test('no field is a formula to a spreadsheet', () => {
  expect(csvOf([['=1+1', '@x', '-2', 'a=b', -2]])).toBe("'=1+1,'@x,'-2,a=b,-2\r\n");
});
