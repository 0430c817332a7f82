import { describe, expect, test } from '@jest/globals';
import { RandomState } from '../../../src/core/random.js';
import type { OwnData } from '../../../src/data/sampleSet.js';
import { splitSamples, viewOf } from '../../../src/data/split.js';
import { fillMissing } from '../../../src/data/tables/fillMissing.js';
import { rowsOf, trial } from '../formats/trial.js';

const { read, failure } = trial();

const table = `a,colour,y
1,red,1.5
NA,blue,2.5
2,?,3.5
6,blue,4.5
100,,5.5
,green,6.5
`;
/** The first four rows train, the others test: 100 and green are not seen in training. */
async function split(missing: 'mean' | 'median', text = table): Promise<OwnData> {
  const data = await read('a.csv', text, { missing });
  return { ...data, train: viewOf(data.train, [0, 1, 2, 3]), test: viewOf(data.train, [4, 5]) };
}

describe('what is missing', () => {
  test('is named, the first of it', async () => {
    expect(await failure(read('a.csv', table))).toBe(
      "DataError: a.csv has 4 missing values in 4 rows: row 3, column 'a'; row 4, column 'colour'; row 6, column 'colour'; row 7, column 'a'. Put values there, or say what to do: missing: 'drop' leaves the rows out, 'mean' and 'median' fill them from the training rows.",
    );
    const holes = `a,y\n${',1.5\n'.repeat(7)}1,2\n`;
    expect(await failure(read('a.csv', holes))).toMatch(
      /7 missing.*row 6, column 'a'; and 2 more\./,
    );
  });

  test('is dropped, its rows with it, if that is wanted', async () => {
    const { train, notes } = await read('a.csv', table, { missing: 'drop' });
    expect(rowsOf(train)).toEqual([
      [1, 0, 1], // a, blue, red
      [6, 1, 0],
    ]);
    expect(train.origin(1)).toBe('row 5');
    expect(notes).toContain('4 rows with missing values are left out; 2 are left.');
    expect(await failure(read('a.csv', 'a,y\n1,2\n,3\n', { missing: 'drop' }))).toMatch(
      /missing value in 1 of 2 rows: too few are left/,
    );
  });

  test.each([
    ['a,w,y\n1,u,1\n,u,2\n', '1 missing value becomes the mean of the training rows.'],
    ['a,w,y\n1,u,1\n2,,2\n', '1 missing word becomes the most frequent one of the training rows.'],
    [
      'a,w,y\n1,u,1\n,,2\n,v,3\n',
      '2 missing numbers become the mean of the training rows, 1 missing word becomes the most frequent one.',
    ],
  ])('is said to be filled, only what is missing: %j', async (text, said) => {
    const { notes } = await read('a.csv', text, { missing: 'mean' });
    expect(notes.filter((note) => note.includes('missing'))).toEqual([said]);
  });

  test('is not a number until the data are split', async () => {
    const data = await read('a.csv', table, { missing: 'mean' });
    expect(data.missing).toBe('mean');
    expect(rowsOf(data.train)[1][0]).toBeNaN();
  });

  test.each([
    ['mean', 3],
    ['median', 2],
  ] as const)(
    'becomes the %s of the training rows alone, and the most frequent word',
    async (how, a) => {
      const { train, test: held, input, missing } = fillMissing(await split(how));
      // the columns are a, blue, green, red
      expect(rowsOf(train)).toEqual([
        [1, 0, 0, 1],
        [a, 1, 0, 0],
        [2, 1, 0, 0],
        [6, 1, 0, 0],
      ]);
      expect(rowsOf(held!)).toEqual([
        [100, 1, 0, 0],
        [a, 0, 1, 0],
      ]);
      expect(input).toMatchObject({
        columns: [
          { name: 'a', fill: a },
          { name: 'colour', fill: 'blue' },
        ],
      });
      expect(missing).toBeUndefined();
    },
  );

  test('is an even count’s median between the two in the middle', async () => {
    const { train } = fillMissing(await split('median', 'a,y\n1,1.5\n4,2.5\n,3\n,4\n9,5\n9,6\n'));
    expect(rowsOf(train)).toEqual([[1], [4], [2.5], [2.5]]);
  });

  test('is refused where no training row has a value', async () => {
    const data = await split('mean', 'a,b,y\n1,,1.5\n4,,2.5\n3,,3\n5,,4\n9,1,5\n9,2,6\n');
    expect(() => fillMissing(data)).toThrow(/Column 'b' has no value in any training sample/);
  });

  test('data without a hole come back as they are', async () => {
    const data = await read('a.csv', 'a,y\n1,1.5\n4,2.5\n');
    expect(fillMissing(data)).toBe(data);
    const { train } = splitSamples(data.train, { test: 0.5, random: new RandomState(1) });
    expect(train.m).toBe(1);
  });
});
