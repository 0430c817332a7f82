import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ValueError } from '../../src/core/errors.js';
import { RandomState } from '../../src/core/random.js';

interface Stream {
  seed: number;
  randn: number[];
  rand: number[];
  permutation: number[];
  randint_0_100: number[];
}
const { streams }: { streams: Stream[] } = JSON.parse(
  readFileSync(new URL('../goldens/randn.json', import.meta.url), 'utf8'),
);

describe.each(streams)("numpy's stream of seed $seed", (golden) => {
  const random = new RandomState(golden.seed);
  const randn = random.randn(8);
  const rand = random.rand(4);
  const permutation = random.permutation(10);
  const randint = random.randint(0, 100, 5);

  // randn goes through log and sqrt, whose last bit numpy's C library may round otherwise.
  test('randn within 1e-15', () => {
    golden.randn.forEach((value, i) => {
      expect(Math.abs(randn[i] - value) / Math.abs(value)).toBeLessThanOrEqual(1e-15);
    });
  });
  test('rand, permutation and randint to the last bit', () => {
    expect([...rand]).toEqual(golden.rand);
    expect(permutation).toEqual(golden.permutation);
    expect(randint).toEqual(golden.randint_0_100);
  });
});

test.each([-1, 0.5, 2 ** 32, Number.NaN])('seed %p is refused', (seed) => {
  expect(() => new RandomState(seed)).toThrow(ValueError);
});

test('draws at once, one by one, and passed over: the same stream', () => {
  for (const words of [0, 1, 622, 623, 624]) {
    for (const n of [0, 1, 311, 312, 313, 2000]) {
      const [atOnce, oneByOne, over] = [3, 3, 3].map((seed) => new RandomState(seed));
      for (const random of [atOnce, oneByOne, over]) random.randint(0, 2, words);
      const draws = atOnce.rand(n);
      expect([...draws]).toEqual(Array.from({ length: n }, () => oneByOne.uniform()));
      over.skip(n);
      expect(over.position).toEqual(oneByOne.position);
      expect(atOnce.position).toEqual(oneByOne.position);
      expect(over.uniform()).toBe(oneByOne.uniform());
    }
  }
});
