import { expect, test } from '@jest/globals';
import { judge } from '../../../src/report/training/judged.js';
import { mistakeBlocks } from '../../../src/report/training/mistakeBlocks.js';
import { picturesOf, tablesOf, textsOf } from './read.js';
import { classes, numberPart, part, pictures, probabilities, rows } from './sets.js';

test('rows of a table with their values, the most certain first', () => {
  const blocks = mistakeBlocks(part, { kind: 'array' });
  expect(tablesOf(blocks)).toEqual([
    [
      ['sample', 'label', 'called', 'sure', 'x1', 'x2'],
      ['row 3', classes[1], classes[0], '90.00 %', '2', '20'],
      ['row 4', classes[2], classes[0], '50.00 %', '3', '30'],
    ],
  ]);
  expect(textsOf(blocks)).toContain('Wrong answers, validation set: 2 of 6');
});

test.each([1, 3] as const)('pictures with %d channels', (channels) => {
  const set = pictures(6, channels, [0, 1, 2, 0, 1, 0]);
  const shown = picturesOf(mistakeBlocks(judge('test', set, probabilities), { kind: 'array' }));
  expect(shown.map(({ alt }) => alt)).toEqual([
    'photos/1.jpg, a a|b $x$ that is called <b>cat',
    'photos/2.jpg, a fox that is called <b>cat',
  ]);
  expect(shown[0].caption).toEqual([
    'a|b $x$, called <b>cat',
    '90.00 % sure',
    'label 10.00 %',
    'photos/1.jpg',
  ]);
  expect(shown[0].rgb.slice(0, 4)).toEqual(channels === 1 ? [1, 1, 1, 2] : [1, 2, 3, 4]);
});

test('of many the most certain', () => {
  const m = 70;
  const set = pictures(m, 1, new Array(m).fill(0));
  const wrong = Float64Array.from({ length: 3 * m }, (_, j) => {
    const p = 0.6 + Math.floor(j / 3) / 1000; // the last is the most certain
    return [(1 - p) / 2, p, (1 - p) / 2][j % 3];
  });
  const blocks = mistakeBlocks(judge('test', set, wrong), { kind: 'array' });
  const shown = picturesOf(blocks);
  expect(shown).toHaveLength(60);
  expect(shown[0].caption.at(-1)).toBe('photos/69.jpg');
  expect(textsOf(blocks)).toContain('Wrong answers, test set: 70 of 70, the 60 most certain');
});

test('none, and it says so', () => {
  const right = Float64Array.from({ length: 18 }, (_, j) =>
    Number([0, 1, 2, 0, 1, 0][Math.floor(j / 3)] === j % 3),
  );
  expect(textsOf(mistakeBlocks(judge('test', rows, right), { kind: 'array' }))).toEqual([
    'Every sample of the test set is classified right.',
  ]);
});

test('numbers by their residuals', () => {
  const [[head, ...found]] = tablesOf(mistakeBlocks(numberPart, { kind: 'array' }));
  expect(head).toEqual(['sample', 'number', 'true', 'predicted', 'true - predicted', 'x1']);
  // Of weight, 30 of a root mean square 17.3; of price, 1 and 0.5 of 0.645.
  expect(found).toEqual([
    ['line 1', 'weight', '200', '230', '-30', '2'],
    ['line 2', '<i>price', '4', '3', '1', '3'],
    ['line 0', '<i>price', '1', '1.5', '-0.5', '1'],
  ]);
});
