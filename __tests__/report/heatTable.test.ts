import { expect, test } from '@jest/globals';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import { heatTable } from '../../src/report/heatTable.js';
import { faults, parse } from './markup.js';

const options = {
  title: 'Confusion',
  alt: '14 and 26 right, 3 and 7 wrong',
  rowTitle: 'truth',
  columnTitle: 'prediction',
  rows: ['non-cat "x"', 'cat'],
  columns: ['non-cat', 'cat', 'none'],
  values: [
    [14, 3, 0],
    [7, 26, 1.23456],
  ],
};

test('each value stands in its cell, row by row', async () => {
  const { svg } = await heatTable(options);
  expect(faults(svg)).toEqual([]);
  const elements = parse(svg);
  const texts = elements.filter(({ name }) => name === 'text');
  const at = (text: string) => texts.find((element) => element.text === text)!;
  const cells = ['14', '3', '0', '7', '26', '1.235'].map(at);
  for (const row of [cells.slice(0, 3), cells.slice(3)]) {
    expect(row[0].y).toBe(row[1].y);
    expect(row[1].x - row[0].x).toBeGreaterThan(50);
    expect(row[2].x - row[1].x).toBeCloseTo(row[1].x - row[0].x, 1);
  }
  expect(cells[3].x).toBe(cells[0].x);
  expect(cells[3].y).toBeGreaterThan(cells[0].y);
  // The names stand over the columns and beside the rows.
  expect(Math.abs(at('none').x - cells[2].x)).toBeLessThan(2);
  expect(Math.abs(at('non-cat "x"').y - cells[0].y)).toBeLessThan(8);
  expect(texts.map(({ text }) => text)).toEqual(expect.arrayContaining(['truth', 'prediction']));
});

test('the lowest and the highest value have the ends of the scale, and ink to be read on it', async () => {
  const elements = parse((await heatTable(options)).svg);
  const fills = elements.flatMap(({ name, attributes }) =>
    name === 'path' && attributes.fill?.startsWith('var(--level') ? attributes.fill : [],
  );
  expect(fills).toEqual([5, 1, 0, 2, 9, 0].map((level) => `var(--level-${level})`));
  const inks = elements.flatMap(({ name, attributes }) =>
    name === 'text' && attributes.fill?.startsWith('var(--on') ? attributes.fill : [],
  );
  expect(inks).toEqual(
    ['high', 'low', 'low', 'low', 'high', 'low'].map((ink) => `var(--on-${ink})`),
  );
});

test('values are written as one asks', async () => {
  const { svg } = await heatTable({ ...options, format: (value) => `${value.toFixed(1)} %` });
  expect(parse(svg).map(({ text }) => text)).toEqual(expect.arrayContaining(['14.0 %', '1.2 %']));
});

test('a text where there is no number has no colour, and leaves the scale to the numbers', async () => {
  const values = [
    ['∞', 3, 0],
    [7, 26, '–'],
  ];
  const { svg } = await heatTable({ ...options, values });
  expect(faults(svg)).toEqual([]);
  const elements = parse(svg);
  const inkOf = (text: string) => elements.find((one) => one.text === text)!.attributes.fill;
  expect(['∞', '–'].map(inkOf)).toEqual(['var(--text)', 'var(--text)']);
  const fills = elements.flatMap(({ name, attributes }) =>
    name === 'path' && attributes.fill?.startsWith('var(--level') ? attributes.fill : [],
  );
  // 0 to 26 in ten steps, as without the texts.
  expect(fills).toEqual([1, 0, 2, 9].map((level) => `var(--level-${level})`));
});

test('refuses what is no table', async () => {
  const wrong = (more: object) => heatTable({ ...options, ...more });
  await expect(wrong({ rows: ['cat'] })).rejects.toThrow(ShapeError);
  await expect(wrong({ columns: ['a', 'b'] })).rejects.toThrow(
    'row non-cat "x" has 3 values for 2 columns',
  );
  const values = [
    [1, 2, 3],
    [4, Number.NaN, 6],
  ];
  await expect(wrong({ values })).rejects.toThrow(ValueError);
  await expect(wrong({ values })).rejects.toThrow('heatTable: cat, cat is NaN');
});
