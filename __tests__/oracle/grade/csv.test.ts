import { expect, test } from '@jest/globals';
import { gradesCsv } from '../../../src/oracle/grade/csv.js';
import { failed, passes, wrong } from './rows.js';

test('a line for each module, under the names', () => {
  expect(gradesCsv([passes, wrong, failed])).toBe(
    'file,verdict,right,gradients,first wrong,cause\r\n' +
      'right.ts,pass,4,4,,\r\n' +
      'wrong.mjs,wrong,2,4,dZ1,dZ1 has a 1/m of its own: 1/m is applied twice.\r\n' +
      'hangs.js,failed,,,,It is not done after 20 seconds.\r\n',
  );
});

test('commas, quotes and line ends are quoted', () => {
  const csv = gradesCsv([{ ...failed, file: 'a,b.js', cause: 'It says "no",\nand ends.' }]);
  expect(csv.split('\r\n')[1]).toBe('"a,b.js",failed,,,,"It says ""no"",\nand ends."');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("x","y")'])(
  'a spreadsheet finds no formula in %j',
  (cause) => {
    const csv = gradesCsv([{ ...failed, file: `${cause}.js`, cause }]);
    const fields = csv.slice(csv.indexOf('\r\n') + 2).split(',failed,,,,');
    for (const field of fields) expect(field).toMatch(/^"?'/);
  },
);
