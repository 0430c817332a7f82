import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type OwnData, readRows, type TableForm } from '../../src/data/index.js';
import { fillMissing } from '../../src/data/tables/fillMissing.js';
import { trial } from './formats/trial.js';

const { folder, put, read, failure } = trial();

const training = 'kind,a,colour,b\nx,1,red,0.5\ny,2,blue,1.5\nx,,red,4\n';
const trained = async (data: OwnData) => fillMissing(data).input as TableForm;

async function rows(form: TableForm, name: string, contents: string) {
  put({ [name]: contents });
  const { m, values, shape } = await readRows(join(folder, name), form);
  const [n] = shape;
  return Array.from({ length: m }, (_, i) => [...values.subarray(i * n, (i + 1) * n)]);
}

describe('new rows become inputs as the training rows did', () => {
  test('by the names of the columns, in any order and format, with the fills of training', async () => {
    const form = await trained(
      await read('t.csv', training, { target: ['kind'], missing: 'mean' }),
    );
    const expected = [
      [7, 1, 0, 8], // a, blue, red, b
      [1.5, 0, 1, 9],
    ];
    expect(await rows(form, 'n.csv', 'b;colour;more;a\n8;blue;?;7\n9;red;?;NA\n')).toEqual(
      expected,
    );
    const lines = '{"a":7,"colour":"blue","b":8}\n{"colour":"red","b":9}';
    expect(await rows(form, 'n.jsonl', lines)).toEqual(expected);
  });

  test('by the places of the columns where there was no header', async () => {
    const form = await trained(await read('t.csv', '1,2,x\n3,4,y\n5,6,x\n'));
    expect(await rows(form, 'n.csv', '7,8\n9,10\n')).toEqual([
      [7, 8],
      [9, 10],
    ]);
  });

  test('a single column and a single row', async () => {
    const form = await trained(await read('t.csv', 'a,y\n1,x\n3,y\n'));
    expect(await rows(form, 'n.csv', 'a\n5\n')).toEqual([[5]]);
  });

  test.each<[string, string, RegExp]>([
    [
      'without a column',
      'a,colour\n1,red\n',
      /n\.csv has no column 'b'; its columns are 'a', 'colour'/,
    ],
    [
      'with a word for a number',
      'a,colour,b\nmany,red,2\n',
      /row 2, column 'a': 'many' is no number/,
    ],
    ['without a value', 'a,colour,b\n1,red,2\n1,,2\n', /row 3, column 'colour': there is no value/],
  ])('%s they are refused', async (_, contents, message) => {
    const whole = training.replace('x,,', 'x,3,');
    const form = await trained(await read('t.csv', whole, { target: ['kind'] }));
    expect(await failure(rows(form, 'n.csv', contents))).toMatch(message);
  });

  test('a word that training did not have is 0 everywhere, and said', async () => {
    const form = await trained(
      await read('t.csv', training.replace('x,,', 'x,3,'), { target: ['kind'] }),
    );
    const contents = 'a,colour,b\n1,green,2\n3,red,4\n5,green,6\n';
    expect(await rows(form, 'n.csv', contents)).toEqual([
      [1, 0, 0, 2],
      [3, 0, 1, 4],
      [5, 0, 0, 6],
    ]);
    expect((await readRows(join(folder, 'n.csv'), form)).notes).toEqual([
      "Column 'colour': no training row has 'green' (2 rows). There the column's inputs are all 0.",
    ]);
  });

  test('what is no table is refused', async () => {
    const form = await trained(
      await read('t.csv', training, { target: ['kind'], missing: 'mean' }),
    );
    expect(await failure(rows(form, 'n.txt', 'Once upon a time\nthere was,'))).toMatch(
      /is a text file.*Give a table/,
    );
  });
});
