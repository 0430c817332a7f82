import { expect, test } from '@jest/globals';
import { inMemory } from '../../../src/data/sampleSet.js';
import { dataBlocks, type ShownData } from '../../../src/report/training/dataBlocks.js';
import { faults } from '../markup.js';
import { picturesOf, tablesOf, textsOf } from './read.js';
import { classes, numbers, pictures, rows } from './sets.js';

const data: ShownData = {
  name: 'my <data>',
  format: 'folder',
  input: { kind: 'array' },
  files: [{ path: 'a&b.csv', bytes: 9, sha256: 'c0ffee0123456789' }],
  notes: ['Costs are in $ and in $: <i>no TeX</i>.'],
};

test('what the data are, and how many of what are where', () => {
  const parts = [
    { name: 'training', set: rows },
    { name: 'validation', set: pictures(3, 1, [0, 0, 2]) },
  ];
  const blocks = dataBlocks(parts, data);
  expect(faults(`<div>${blocks.map(({ html }) => html).join('')}</div>`)).toEqual([]);
  expect(tablesOf(blocks)[0]).toEqual([
    ['class', 'training', 'validation'],
    [classes[0], '3', '2'],
    [classes[1], '2', '0'],
    [classes[2], '1', '1'],
  ]);
  expect(textsOf(blocks)).toEqual(
    expect.arrayContaining([
      'my <data>',
      '2 numbers',
      'a&b.csv, sha256 c0ffee012345…',
      ...data.notes,
    ]),
  );
  expect(tablesOf(blocks)[1].map(([name]) => name)).toEqual(['column', 'x1', 'x2']);
});

test('the first pictures of each class and their mean', () => {
  const labels = Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? 0 : 2));
  const blocks = dataBlocks([{ name: 'training', set: pictures(24, 1, labels) }], data);
  const shown = picturesOf(blocks);
  expect(shown.slice(0, 12).map(({ alt, caption }) => [alt, ...caption])).toEqual(
    [0, 2, 4, 6, 8, 10]
      .map((i) => [`photos/${i}.jpg`, classes[0]])
      .concat([1, 3, 5, 7, 9, 11].map((i) => [`photos/${i}.jpg`, classes[2]])),
  );
  // The first bytes of the pictures are 0, 2, …, 22 and 1, 3, …, 23.
  expect(shown.slice(12).map(({ alt, rgb, caption }) => [alt, rgb[0], rgb[3], ...caption])).toEqual(
    [
      ['the mean of <b>cat', 11, 12, '<b>cat', 'of 12 pictures'],
      ['the mean of fox', 12, 13, 'fox', 'of 12 pictures'],
    ],
  );
  expect(textsOf(blocks)).toContain('2 x 2 pixels, grey');
});

test('means of numbers from 0 to 1 are shown by the scale of pictures', () => {
  const set = inMemory(Float32Array.of(0.2, 0.4), {
    shape: [1, 1, 1],
    origin: String,
    targets: { kind: 'classes', labels: Int32Array.of(0, 0), classes: ['a', 'b'] },
  });
  const shown = picturesOf(dataBlocks([{ name: 'training', set }], data));
  expect(shown.at(-1)!.rgb).toEqual([77, 77, 77]); // 0.3 · 255 = 76.5
});

test('targets that are numbers', () => {
  const blocks = dataBlocks([{ name: 'test', set: numbers }], data);
  expect(tablesOf(blocks)[0].slice(1)).toEqual([
    ['<i>price', 'test', '2.333', Math.sqrt(14 / 9).toPrecision(4), '1', '4'],
    ['weight', 'test', '200', Math.sqrt(20000 / 3).toPrecision(4), '100', '300'],
  ]);
});
