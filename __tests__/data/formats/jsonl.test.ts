import { expect, test } from '@jest/globals';
import { classesOf, rowsOf, trial } from './trial.js';

const { read, failure } = trial();

const rows = [
  { a: 1, colour: 'red', y: 'p' },
  { a: 2.5, colour: 'blue', y: 'q' },
  { a: -3, colour: 'red', y: 'p' },
];
const expected = [
  [1, 0, 1],
  [2.5, 1, 0],
  [-3, 0, 1],
];

test.each<[string, string, string]>([
  ['a line each', 'a.jsonl', rows.map((row) => JSON.stringify(row)).join('\n')],
  [
    'with empty lines',
    'a.ndjson',
    `\n${rows.map((row) => JSON.stringify(row)).join('\r\n\r\n')}\r\n`,
  ],
  ['an array', 'a.json', JSON.stringify(rows)],
  ['an array over lines, of another ending', 'a.txt', JSON.stringify(rows, undefined, 2)],
  ['an array a line', 'a.data', `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]`],
])('objects, %s, are the rows of a table', async (_, name, text) => {
  const { train, format, name: called, notes } = await read(name, text);
  expect([format, called]).toEqual(['jsonl', 'a']);
  expect(rowsOf(train)).toEqual(expected);
  expect(classesOf(train)).toEqual(['p', 'q', 'p']);
  expect(notes).toContain('Target: y, the last column: 2 classes.');
});

test('a key that is not there, and null, are missing values; true and false are words', async () => {
  const text =
    '{"a":1,"b":true,"y":1.5}\n{"a":null,"b":false,"y":2.5}\n{"b":true,"y":3}\n{"a":5,"b":true,"y":4}';
  expect(await failure(read('a.jsonl', text))).toMatch(
    /2 missing values in 2 rows: row 2, column 'a'; row 3, column 'a'/,
  );
  const { train } = await read('a.jsonl', text, { missing: 'drop' });
  expect(rowsOf(train)).toEqual([
    [1, 1],
    [5, 1],
  ]);
});

test('a key that comes later is a column whose first values are missing', async () => {
  const text = '{"a":1,"y":1.5}\n{"a":2,"y":2.5,"late":7}';
  expect(await failure(read('a.jsonl', text, { target: ['y'] }))).toMatch(/row 1, column 'late'/);
});

test.each<[string, string, RegExp]>([
  ['a line that is cut off', '{"a":1,"y":2}\n{"a":', /line 2 is no JSON: .*Write an object a line/],
  ['an array that is cut off', '[{"a":1', /a\.jsonl is no JSON/],
  ['a number', '{"a":1,"y":2}\n5', /line 2 is no object. Give an object a row/],
  ['arrays in arrays', '[[1,2],[3,4]]', /row 1 is no object/],
  ['a list in a row', '{"a":[1],"y":2}', /line 1, "a" is an array.*a key of its own/],
  ['an object in a row', '{"a":{"b":1},"y":2}', /line 1, "a" is an object/],
  ['nothing in an array', '[]', /has no rows/],
])('%s is refused', async (_, text, message) => {
  expect(await failure(read('a.jsonl', text))).toMatch(message);
});
