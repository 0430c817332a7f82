import { describe, expect, test } from '@jest/globals';
import { evaluationText } from '../../../src/cli/evaluate/text.js';
import { inMemory } from '../../../src/data/sampleSet.js';
import { judge } from '../../../src/report/training/judged.js';
import { numberPart, part } from '../../report/training/sets.js';

/** The lines under a title. */
const under = (text: string, title: string) => {
  const block = text.split('\n\n').find((lines) => lines.startsWith(title));
  return block
    ?.split('\n')
    .slice(1)
    .map((line) => line.trim().split(/ {2,}/));
};

describe('classes', () => {
  const text = evaluationText(part);

  test('scores', () => {
    expect(under(text, 'validation set: 6 samples')!.slice(0, 3)).toEqual([
      ['accuracy', '66.67 %'],
      ['always the commonest class', '50.00 %'],
      ['balanced accuracy', '50.00 %'],
    ]);
  });

  test('the matrix and each class', () => {
    expect(under(text, 'Confusion matrix')).toEqual([
      ['label \\ answer', '<b>cat', 'a|b $x$', 'fox'],
      ['<b>cat', '3', '0', '0'],
      ['a|b $x$', '1', '1', '0'],
      ['fox', '1', '0', '0'],
    ]);
    expect(under(text, 'Each class')!.at(-1)).toEqual(['fox', '-', '0.00 %', '0.000', '1', '0']);
  });

  test('the worst mistakes, as many as one wants', () => {
    expect(under(text, 'The worst mistakes, 2 of 2')!.slice(1)).toEqual([
      ['row 3', 'a|b $x$', '<b>cat', '90.00 %'],
      ['row 4', 'fox', '<b>cat', '50.00 %'],
    ]);
    expect(under(evaluationText(part, { most: 1 }), 'The worst mistakes, 1 of 2')).toHaveLength(2);
  });
});

/** k classes of one sample each, all right. */
const many = (k: number, name: (j: number) => string) => {
  const labels = Int32Array.from({ length: k }, (_, j) => j);
  const set = inMemory(new Float32Array(k), {
    shape: [1],
    origin: String,
    targets: { kind: 'classes', labels, classes: Array.from(labels, name) },
  });
  const outputs = Float64Array.from({ length: k * k }, (_, i) => Number(i % (k + 1) === 0));
  return judge('test', set, outputs);
};

test('12 classes fit a terminal of 80 columns with short names, 13 have no matrix', () => {
  const text = evaluationText(
    many(12, (j) => `long name ${j}`),
    { width: 80 },
  );
  const matrix = under(text, 'Confusion matrix')!;
  expect(matrix).toHaveLength(13);
  expect(matrix[2]).toEqual([
    'long name 1',
    ...Array.from({ length: 12 }, (_, j) => (j === 1 ? '1' : '0')),
  ]);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(evaluationText(many(13, String))).not.toContain('Confusion');
  expect(evaluationText(many(12, String), { width: 40 })).not.toContain('Confusion');
});

test('a name does not move the cursor, and no mistakes have no table', () => {
  const text = evaluationText(many(2, (j) => `\u001b[2J${j}`));
  expect(text).toContain('?[2J1');
  expect(text).not.toContain('\u001b');
  expect(text).not.toContain('mistakes');
});

test('numbers: each, their mean, and the largest residuals', () => {
  const text = evaluationText(numberPart);
  const rows = under(text, 'test set: 3 samples')!;
  const r2 = [1 - 1.25 / (14 / 3), 1 - 900 / 20000];
  expect(rows.map(([name, r2]) => [name, r2])).toEqual([
    ['number', 'R²'],
    ['<i>price', r2[0].toFixed(3)],
    ['weight', r2[1].toFixed(3)],
    ['mean', ((r2[0] + r2[1]) / 2).toFixed(3)],
  ]);
  expect(under(text, 'The largest residuals')![1]).toEqual([
    'line 1',
    'weight',
    '200',
    '230',
    '-30',
  ]);
});
