import { describe, expect, test } from '@jest/globals';
import { sizeOf } from '../../../src/core/layer.js';
import { RandomState } from '../../../src/core/random.js';
import type { OwnData } from '../../../src/data/sampleSet.js';
import { viewOf } from '../../../src/data/split.js';
import { splitData } from '../../../src/data/splitData.js';
import { fitWords } from '../../../src/data/tables/fitWords.js';
import { rowsOf, trial } from '../formats/trial.js';

const { read } = trial();

const table = `a,colour,b,form,y
1,red,10,round,1.5
2,blue,20,flat,2.5
3,red,30,round,3.5
4,green,40,flat,4.5
5,grey,50,round,5.5
6,green,60,flat,6.5
`;
/** The first three rows train. */
async function split(): Promise<OwnData> {
  const data = await read('a.csv', table);
  return {
    ...data,
    train: viewOf(data.train, [0, 1, 2]),
    validation: viewOf(data.train, [3]),
    test: viewOf(data.train, [4, 5]),
  };
}

describe('the words of a column', () => {
  test('are those of the training rows; other rows have zeros for others', async () => {
    const { data, notes } = fitWords(await split());
    // a, blue, red, b, flat, round
    expect(rowsOf(data.train)).toEqual([
      [1, 0, 1, 10, 0, 1],
      [2, 1, 0, 20, 1, 0],
      [3, 0, 1, 30, 0, 1],
    ]);
    expect(rowsOf(data.validation!)).toEqual([[4, 0, 0, 40, 1, 0]]);
    expect(rowsOf(data.test!)).toEqual([
      [5, 0, 0, 50, 0, 1],
      [6, 0, 0, 60, 1, 0],
    ]);
    expect([data.train, data.validation!, data.test!].map(({ shape }) => shape)).toEqual([
      [6],
      [6],
      [6],
    ]);
    expect(data.input).toMatchObject({
      columns: [{}, { values: ['blue', 'red'] }, {}, { values: ['flat', 'round'] }],
    });
    expect(notes).toEqual([
      "Column 'colour': no training row has 'green' (2 rows), 'grey' (1 row). There the column's inputs are all 0.",
    ]);
  });

  test('that all are in the training rows change nothing', async () => {
    const { train, ...data } = await split();
    const whole = { ...data, train: (await read('a.csv', table)).train };
    expect(fitWords(whole)).toEqual({ data: whole, notes: [] });
    expect(fitWords(whole).data).toBe(whole);
    expect(train.m).toBe(3);
  });

  test('are found where the data are split, with every seed', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${i},w${i % 7},${i / 2}`);
    const data = await read('b.csv', `a,word,y\n${rows.join('\n')}\n`);
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const parts = splitData(data, { test: 0.5, random: new RandomState(seed) });
      const words = (set: OwnData['train']) => rowsOf(set).map(([a]) => a % 7);
      const known = new Set(words(parts.train));
      expect(sizeOf(parts.train.shape)).toBe(1 + known.size);
      for (const [a, ...ones] of [...rowsOf(parts.train), ...rowsOf(parts.test!)]) {
        const places = [...known].sort().map((word) => Number(word === a % 7));
        expect(ones).toEqual(places);
      }
      const unseen = words(parts.test!).filter((word) => !known.has(word));
      expect(parts.warnings.length).toBe(unseen.length > 0 ? 1 : 0);
      for (const word of unseen) expect(parts.warnings[0]).toContain(`'w${word}' (`);
    }
  });
});
