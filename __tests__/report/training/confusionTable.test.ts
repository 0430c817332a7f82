import { expect, test } from '@jest/globals';
import { inMemory } from '../../../src/data/sampleSet.js';
import { confusionBlocks } from '../../../src/report/training/confusionTable.js';
import {
  type ClassJudgement,
  type JudgedPart,
  judge,
} from '../../../src/report/training/judged.js';
import { faults } from '../markup.js';
import { tablesOf, textsOf } from './read.js';
import { classes, part } from './sets.js';

/** k classes of which all samples but the given are called what they are. */
function partOf(k: number, m: number, wrong: Record<number, number> = {}) {
  const labels = Int32Array.from({ length: m }, (_, i) => i % k);
  const names = Array.from({ length: k }, (_, j) => `a rather long name of class ${j}`);
  const outputs = new Float64Array(m * k);
  labels.forEach((label, i) => {
    outputs[i * k + (wrong[i] ?? label)] = 1;
  });
  const set = inMemory(new Float32Array(m), {
    shape: [1],
    origin: String,
    targets: { kind: 'classes', labels, classes: names },
  });
  return judge('test', set, outputs) as JudgedPart<ClassJudgement>;
}

test('counts stand with their shares of the label, names are escaped', () => {
  const blocks = confusionBlocks(part);
  expect(faults(blocks.map(({ html }) => html).join(''))).toEqual([]);
  const [matrix, commonest] = tablesOf(blocks);
  expect(matrix.slice(1)).toEqual([
    [classes[0], '3 100 %', '0', '0'],
    [classes[1], '1 50 %', '1 50 %', '0'],
    [classes[2], '1 100 %', '0', '0'],
  ]);
  expect(matrix[0].slice(1)).toEqual(classes);
  expect(commonest.slice(1)).toEqual([
    [classes[1], classes[0], '1', '50.00 %'],
    [classes[2], classes[0], '1', '100.00 %'],
  ]);
  expect(textsOf(blocks)).toContain('Confusion matrix, validation set: 6 samples');
});

test('the deeper the colour the larger the share', () => {
  const levels = [...String(confusionBlocks(part)[0].html).matchAll(/--level-(\d)/g)].map(
    ([, n]) => n,
  );
  expect(levels).toEqual(['9', '5', '5', '9']); // 9 · 1, 9 / 2 rounded
});

test('what is not all is not 100 %, and what is some is not 0 %', () => {
  const [[, first]] = tablesOf(confusionBlocks(partOf(2, 1000, { 0: 1 })));
  expect(first.slice(1)).toEqual(['499 > 99 %', '1 < 1 %']);
});

test('of 40 classes the counts alone, with names cut', () => {
  const [matrix] = tablesOf(confusionBlocks(partOf(40, 400, { 1: 3, 41: 3 })));
  expect(matrix).toHaveLength(41);
  expect(matrix[0][4]).toBe('a rather long name of c…');
  expect(matrix[2].slice(1, 6)).toEqual(['', '8', '', '2', '']);
});

test('of 51 classes the commonest mistakes alone', () => {
  const tables = tablesOf(confusionBlocks(partOf(51, 102, { 1: 3, 52: 3, 5: 6 })));
  expect(tables).toHaveLength(1);
  expect(tables[0].slice(1)).toEqual([
    ['a rather long name of class 1', 'a rather long name of class 3', '2', '100.00 %'],
    ['a rather long name of class 5', 'a rather long name of class 6', '1', '50.00 %'],
  ]);
});

test('no list of mistakes where there are none, or where two classes say it all', () => {
  expect(confusionBlocks(partOf(3, 9))).toHaveLength(1);
  expect(confusionBlocks(partOf(2, 9, { 0: 1 }))).toHaveLength(1);
});
