import { expect, test } from '@jest/globals';
import { calibrationBlocks } from '../../../src/report/training/calibrationChart.js';
import { faults, parse } from '../markup.js';
import { textsOf } from './read.js';
import { part } from './sets.js';

test('a point for each tenth that has answers', async () => {
  const blocks = await calibrationBlocks(part);
  const [{ html }] = blocks;
  expect(faults(html)).toEqual([]);
  // The answers: 0.7, 0.8 and 1 are right, 0.6 too, 0.9 and 0.5 wrong; none shares a tenth.
  const dots = parse(html).filter(
    ({ name, attributes }) => name === 'path' && attributes.fill === 'var(--series-1)',
  );
  expect(dots).toHaveLength(6);
  const heights = dots.map(({ y }) => Math.round(y));
  expect(heights[0]).toBe(heights[4]); // 0.5 and 0.9, at the ground
  expect(new Set(heights).size).toBe(2);
  expect(heights[0]).toBeGreaterThan(heights[1]);
  expect(String(html)).toContain('1 with 90.00 % on average, 0.00 % of them right');
  // (0.5 + 0.4 + 0.3 + 0.2 + 0.9 + 0) / 6
  expect(textsOf(blocks).at(-1)).toContain('by 38.33 % on average');
});
