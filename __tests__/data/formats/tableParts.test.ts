import { describe, expect, test } from '@jest/globals';
import { readAsTrained } from '../../../src/data/asTrained.js';
import { snappyParquet } from './fixtures.js';
import { classesOf, numbersOf, rowsOf, trial } from './trial.js';

const { folder, put, readAt, failure } = trial();

const train = 'width,colour,kind\n1,red,a\n2,blue,b\n3,red,a\n4,blue,b\n';
let count = 0;
/** A new folder with some files. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const name = `set${++count}`;
  put(Object.fromEntries(Object.entries(files).map(([file, text]) => [`${name}/${file}`, text])));
  return name;
}

describe('a folder with a table a part', () => {
  test('is read part by part, columns by their names', async () => {
    const name = folderOf({
      'train.csv': train,
      'test.csv': 'kind,colour,width\nb,red,7\n',
      'val.tsv': 'width\tcolour\tkind\n8\tblue\ta\n9\tred\tb\n',
      'notes.md': 'Of 1998.',
    });
    const data = await readAt(name);
    expect([data.name, data.train.m, data.validation!.m, data.test!.m]).toEqual([name, 4, 2, 1]);
    // width, blue, red
    expect(rowsOf(data.train)).toEqual([
      [1, 0, 1],
      [2, 1, 0],
      [3, 0, 1],
      [4, 1, 0],
    ]);
    expect(rowsOf(data.validation!)).toEqual([
      [8, 1, 0],
      [9, 0, 1],
    ]);
    expect([rowsOf(data.test!), classesOf(data.test!)]).toEqual([[[7, 0, 1]], ['b']]);
    expect(data.test!.origin(0)).toBe('row 2');
    expect(data.notes).toContain(`Left out of ${folder}/${name}: notes.md.`);
    expect(data.files.map(({ path }) => path.split('/').at(-1))).toEqual([
      'train.csv',
      'val.tsv',
      'test.csv',
    ]);
  });

  test.each<[string, Record<string, string>]>([
    [
      'JSON lines beside CSV',
      { 'train.csv': 'a,y\n1,1.5\n2,2.5\n', 'test.jsonl': '{"y":3.5,"a":3}' },
    ],
    [
      'names with a word',
      { 'wood_train.csv': 'a,y\n1,1.5\n2,2.5\n', 'wood_test.csv': 'a,y\n3,3.5\n' },
    ],
    ['no header', { 'train.csv': '1,1.5\n2,2.5\n', 'test.csv': '3,3.5\n' }],
    [
      "pandas' index in both",
      { 'train.csv': ',a,y\n0,1,1.5\n1,2,2.5\n', 'test.csv': ',a,y\n0,3,3.5\n' },
    ],
  ])('%s', async (_, files) => {
    const { train, test: held, validation } = await readAt(folderOf(files));
    expect([rowsOf(train), numbersOf(train)]).toEqual([
      [[1], [2]],
      [1.5, 2.5],
    ]);
    expect([rowsOf(held!), numbersOf(held!), validation]).toEqual([[[3]], [3.5], undefined]);
  });

  test('Parquet', async () => {
    const name = folderOf({ 'train.parquet': snappyParquet, 'test.parquet': snappyParquet });
    const data = await readAt(name);
    expect(rowsOf(data.test!)).toEqual(rowsOf(data.train));
  });

  test('the training part alone is one set, which is still to be split', async () => {
    const { train: whole, test: held } = await readAt(folderOf({ 'train.csv': train }));
    expect([whole.m, held]).toEqual([4, undefined]);
  });

  test('a word of the test part alone is 0 everywhere, and said', async () => {
    const rows = '5,green,a\n6,green,b\n7,red,a\n8,grey,b\n';
    const data = await readAt(
      folderOf({ 'train.csv': train, 'test.csv': `width,colour,kind\n${rows}` }),
    );
    expect(rowsOf(data.test!)).toEqual([
      [5, 0, 0],
      [6, 0, 0],
      [7, 0, 1],
      [8, 0, 0],
    ]);
    const said = data.notes.filter((note) => note.includes('green'));
    expect(said.map((note) => note.replaceAll(/\S*\/set\d+\//g, ''))).toEqual([
      "Column 'colour': no training row has 'green' (2 rows of test.csv), 'grey' (1 row of test.csv). There the column's inputs are all 0.",
    ]);
  });

  test('missing values of the test part are filled like those of training, or its rows dropped', async () => {
    const files = { 'train.csv': train, 'test.csv': 'width,colour,kind\n,red,a\n5,,b\n6,red,a\n7,blue,b\n' }; // biome-ignore format: one line
    const name = folderOf(files);
    expect(await failure(readAt(name))).toMatch(/test\.csv has 2 missing values in 2 rows: row 2/);
    const dropped = await readAt(name, { missing: 'drop' });
    expect(rowsOf(dropped.test!)).toEqual([
      [6, 0, 1],
      [7, 1, 0],
    ]);
    const kept = await readAt(name, { missing: 'mean' });
    expect(kept.missing).toBe('mean');
    expect(kept.notes).toContain(
      '1 missing number becomes the mean of the training rows, 1 missing word becomes the most frequent one.',
    );
    expect(rowsOf(kept.test!)[0]).toEqual([Number.NaN, 0, 1]);
  });
});

describe('is refused', () => {
  test.each<[string, string, RegExp]>([
    [
      'without a column',
      'width,kind\n1,a\n',
      /test\.csv has no column 'colour', which set\d+\/train\.csv has\. Give both the same columns/,
    ],
    [
      'with another column',
      'width,colour,kind,id\n1,red,a,7\n',
      /test\.csv has the column 'id', which set\d+\/train\.csv does not have\. Remove it, or leave it out: leaveOut: \['id'\]/,
    ],
    [
      'without the target',
      'width,colour\n1,red\n',
      /test\.csv: labels missing in the test part: it has no column 'kind', which is the target\. Put it there; or train on set\d+\/train\.csv alone, and give set\d+\/test\.csv to predict/,
    ],
    [
      'with a class that is not trained on',
      'width,colour,kind\n1,red,a\n1,red,c\n',
      /test\.csv, row 3, column 'kind': 'c' is no class of the training part; it knows a, b/,
    ],
    [
      'with a word for a number',
      'width,colour,kind\nmany,red,a\n',
      /test\.csv, row 2, column 'width': 'many' is no number/,
    ],
    ['without rows', 'width,colour,kind\n', /test\.csv has no rows/],
  ])('a test part %s', async (_, text, message) => {
    const name = folderOf({ 'train.csv': train, 'test.csv': text });
    expect(await failure(readAt(name))).toMatch(message);
  });

  test('unless the column is left out, which the test part need not have', async () => {
    const text = train.replace('kind', 'kind,id').replaceAll(/([ab])\n/g, '$1,1\n');
    const name = folderOf({ 'train.csv': text, 'test.csv': 'width,colour,kind\n1,red,a\n' });
    const options = { leaveOut: ['id'], target: ['kind'] };
    expect(rowsOf((await readAt(name, options)).test!)).toEqual([[1, 0, 1]]);
    const other = folderOf({ 'train.csv': train, 'test.csv': `width,colour,kind,id\n1,red,a,7\n` });
    expect(await failure(readAt(other, { leaveOut: ['id'] }))).toMatch(/no column 'id'/);
  });

  test('two files for a part', async () => {
    const name = folderOf({ 'train.csv': train, 'x_train.csv': train });
    expect(await failure(readAt(name))).toMatch(
      /several files for the train part: train\.csv, x_train\.csv\. Keep one/,
    );
  });

  test('a test part alone, and names that only hold such a word', async () => {
    expect(await failure(readAt(folderOf({ 'test.csv': train })))).toMatch(/holds test\.csv, and/);
    expect(await failure(readAt(folderOf({ 'strain.csv': train })))).toMatch(/holds strain\.csv/);
  });

  test('a part that is no table', async () => {
    const name = folderOf({ 'train.csv': train, 'test.txt': 'Once upon a time\nthere was,' });
    expect(await failure(readAt(name))).toMatch(/test\.txt is a text file, and no table/);
  });
});

test('a model is tested on the test part of such a folder', async () => {
  const name = folderOf({ 'train.csv': train, 'test.csv': 'kind,colour,width\nb,red,7\n' });
  const { input, train: set } = await readAt(name);
  if (set.targets.kind !== 'classes') throw new Error('The targets are numbers.');
  const trained = { input, shape: set.shape, targets: set.targets };
  const read = await readAsTrained(`${folder}/${name}`, trained);
  expect([read.part, rowsOf(read.set), classesOf(read.set)]).toEqual(['test', [[7, 0, 1]], ['b']]);
});
