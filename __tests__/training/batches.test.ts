import { expect, test } from '@jest/globals';
import { partOf } from '../../src/training/batches.js';

test('the parts of a batch hold each sample once, in order, evenly', () => {
  for (const m of [1, 5, 8, 100, 1023]) {
    const shards = Array.from({ length: 8 }, (_, s) => partOf(s, m, 8));
    expect([shards[0].from, shards[7].to]).toEqual([0, m]);
    for (let s = 1; s < 8; s++) expect(shards[s].from).toBe(shards[s - 1].to);
    const sizes = shards.map(({ from, to }) => to - from);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  }
});
