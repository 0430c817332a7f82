import { expect, test } from '@jest/globals';
import { perClassTable, scoreBlocks } from '../../../src/report/training/scoreTables.js';
import { tablesOf } from './read.js';
import { classes, numberPart, part } from './sets.js';

test('the scores of each part', () => {
  const training = { ...part, name: 'training' };
  const [[head, ...rows]] = tablesOf(scoreBlocks([training, part]));
  expect(head).toEqual(['', 'training', 'validation']);
  const of = Object.fromEntries(rows.map(([name, ...values]) => [name, values]));
  // 4 of 6 right; the recalls are 3/3, 1/2 and 0/1, the F1 6/8, 2/3 and 0.
  expect(of.samples).toEqual(['6', '6']);
  expect(of.accuracy).toEqual(['66.67 %', '66.67 %']);
  expect(of['always the commonest'][0]).toBe('50.00 %');
  expect(of['balanced accuracy'][0]).toBe('50.00 %');
  expect(of['macro F1'][0]).toBe(((0.75 + 2 / 3 + 0) / 3).toFixed(3));
  const logs = [0.7, 0.1, 0.2, 0.6, 0.8, 1].map(Math.log);
  expect(of['log loss'][0]).toBe((-logs.reduce((sum, log) => sum + log, 0) / 6).toFixed(3));
  expect(of).not.toHaveProperty('ROC AUC');
});

test('each class; what has nothing to divide by is left open', () => {
  const [[, ...rows]] = tablesOf([perClassTable(part)]);
  expect(rows).toEqual([
    [classes[0], '60.00 %', '100.00 %', '0.750', '3', '5'],
    [classes[1], '100.00 %', '50.00 %', '0.667', '2', '1'],
    [classes[2], '', '0.00 %', '0.000', '1', '0'],
  ]);
});

test('numbers: each output, and the mean R²', () => {
  const [[, ...rows]] = tablesOf(scoreBlocks([numberPart]));
  // Price: errors 0.5, 0, 1 about the mean 7/3; weight: 0, 30, 0 about 200.
  const r2 = [1 - 1.25 / (14 / 3), 1 - 900 / 20000];
  expect(rows).toEqual([
    ['samples', '3'],
    ['<i>price: R²', r2[0].toFixed(3)],
    ['<i>price: MAE', '0.5'],
    ['<i>price: RMSE', Math.sqrt(1.25 / 3).toPrecision(4)],
    ['weight: R²', r2[1].toFixed(3)],
    ['weight: MAE', '10'],
    ['weight: RMSE', Math.sqrt(300).toPrecision(4)],
    ['mean R²', ((r2[0] + r2[1]) / 2).toFixed(3)],
  ]);
});
