import { expect, test } from '@jest/globals';
import { type InputForm, inMemory } from '../../../src/data/sampleSet.js';
import {
  cellOf,
  columnBlocks,
  columnsOf,
  statisticsOf,
} from '../../../src/report/training/columns.js';
import { tablesOf, textsOf } from './read.js';

const input: InputForm = {
  kind: 'table',
  columns: [
    { name: 'age <y>', kind: 'number', fill: 3 },
    { name: 'colour', kind: 'words', values: ['red', 'blue'] },
    { name: 'size', kind: 'number' },
  ],
  target: ['y'],
};
const targets = { kind: 'numbers' as const, values: new Float64Array(4), names: ['y'] };
const set = inMemory(Float32Array.of(1, 1, 0, 7, 3, 0, 1, 7, 3, 1, 0, 7, 5, 1, 0, 7), {
  shape: [4],
  origin: String,
  targets,
});

test('columns stand where their numbers are', () => {
  const columns = columnsOf(input, [4])!;
  const sample = set.take([1]);
  expect(columns.map((column) => [column.name, cellOf(column, sample)])).toEqual([
    ['age <y>', '3'],
    ['colour', 'blue'],
    ['size', '7'],
  ]);
  expect(columnsOf({ kind: 'array' }, [2])!.map(({ name }) => name)).toEqual(['x1', 'x2']);
  expect(columnsOf({ kind: 'array' }, [2, 2])).toBeUndefined();
});

test('mean, deviation, smallest, largest and missing, of words the commonest', () => {
  const blocks = columnBlocks(set, columnsOf(input, [4])!, { 'age <y>': 2 });
  const [[head, ...rows]] = tablesOf(blocks);
  expect(head).toEqual(['column', 'mean', 'deviation', 'smallest', 'largest', 'missing']);
  expect(rows).toEqual([
    ['age <y>', '3', Math.sqrt(2).toPrecision(4), '1', '5', '2, as 3'], // (4 + 0 + 0 + 4) / 4
    ['colour', '2 words', '', '', 'red: 75.00 % of 4', '0'],
    ['size', '7', '0', '7', '7', '0'],
  ]);
  expect(tablesOf(columnBlocks(set, columnsOf(input, [4])!))[0][0]).not.toContain('missing');
});

test('statistics run over all samples, and keep the digits of large means', () => {
  const m = 1300; // more than are read at once
  const values = Float32Array.from({ length: 2 * m }, (_, i) => (i % 2 === 0 ? 1e6 + (i % 4) : i));
  const large = inMemory(values, { shape: [2], origin: String, targets });
  const [first, second] = statisticsOf(large);
  expect(first).toEqual({ mean: 1e6 + 1, deviation: 1, min: 1e6, max: 1e6 + 2 });
  // 1, 3, …, 2 m - 1: the mean m, the variance (m² - 1) / 3.
  expect(second.mean).toBeCloseTo(m, 8);
  expect(second.deviation).toBeCloseTo(Math.sqrt((m * m - 1) / 3), 8);
  expect([second.min, second.max]).toEqual([1, 2 * m - 1]);
});

test('of very many columns the first', () => {
  const wide = inMemory(new Float32Array(150), { shape: [150], origin: String, targets });
  const blocks = columnBlocks(wide, columnsOf({ kind: 'array' }, [150])!);
  expect(tablesOf(blocks)[0]).toHaveLength(101);
  expect(textsOf(blocks)).toContain('The first 100 of 150 columns.');
});
