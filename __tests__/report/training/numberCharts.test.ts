import { expect, test } from '@jest/globals';
import { inMemory } from '../../../src/data/sampleSet.js';
import type { Block } from '../../../src/report/blocks.js';
import {
  type JudgedPart,
  judge,
  type NumberJudgement,
} from '../../../src/report/training/judged.js';
import { numberBlocks } from '../../../src/report/training/numberCharts.js';
import { faults, parse } from '../markup.js';
import { textsOf } from './read.js';
import { numberPart } from './sets.js';

const drawings = ({ html }: Block) =>
  [...String(html).matchAll(/<svg.*?<\/svg>/gs)].map(([svg]) => svg);
/** The points of a drawing. */
const dots = (svg: string) =>
  parse(svg).filter(
    ({ name, attributes }) => name === 'path' && attributes.fill === 'var(--series-1)',
  );

function partOf(n: number, m: number) {
  const values = Float64Array.from({ length: n * m }, (_, i) => i);
  const names = Array.from({ length: n }, (_, j) => `y${j}`);
  const set = inMemory(new Float32Array(m), {
    shape: [1],
    origin: String,
    targets: { kind: 'numbers', values, names },
  });
  return judge(
    'test',
    set,
    values.map((y) => y + 1),
  ) as JudgedPart<NumberJudgement>;
}

test('each output against what is true, and its residuals', async () => {
  const blocks = await numberBlocks(numberPart);
  expect(faults(blocks.map(({ html }) => html).join(''))).toEqual([]);
  expect(blocks).toHaveLength(2);
  const [predicted, residuals] = drawings(blocks[0]);
  expect([dots(predicted).length, dots(residuals).length]).toEqual([3, 3]);
  // Price is 1, 2 and 4, predicted as 1.5, 2 and 3: the places go up with them.
  const [a, b, c] = dots(predicted);
  expect((c.x - a.x) / (b.x - a.x)).toBeCloseTo(3, 1);
  expect((c.y - a.y) / (b.y - a.y)).toBeCloseTo(3, 1); // 1.5 / 0.5
  expect(b.y).toBeLessThan(a.y); // upwards
  // The residuals are -0.5, 0 and 1 at 1.5, 2 and 3.
  const [r, s, t] = dots(residuals);
  expect((t.y - r.y) / (s.y - r.y)).toBeCloseTo(3, 1);
  expect(t.y).toBeLessThan(r.y); // true above predicted is up
  expect(textsOf(blocks)).toContain('Predicted and true: <i>price, test set, 3 samples');
});

test('of many samples some, of many outputs the first', async () => {
  const [charts] = await numberBlocks(partOf(1, 3200));
  expect(dots(drawings(charts)[0])).toHaveLength(1067); // every third
  expect(String(charts.html)).toContain('1067 of 3200 samples');
  const blocks = await numberBlocks(partOf(10, 3));
  expect(textsOf(blocks)).toContain('The other 2 outputs are in the table of scores.');
});
