import { beforeAll, expect, test } from '@jest/globals';
import type { Initializer } from '../../src/core/initializers.js';
import * as initializers from '../../src/core/initializers.js';
import { RandomState } from '../../src/core/random.js';
import { anyBackend } from '../support/backends.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { golden } from '../support/goldens.js';
import { build } from '../support/matrices.js';

const { streams } = golden<{ streams: { seed: number; randn: number[] }[] }>('randn');
const { seed, randn } = streams[1];

// numpy's randn(2, 4), row by row, times the scale that each paper gives for (2, 4).
const [n, nPrev] = [2, 4];
const scales: Record<string, number> = {
  zeros: 0,
  normal: 0.01,
  course: 1 / 2,
  he: Math.sqrt(2 / 4),
  xavier: Math.sqrt(2 / 6),
};

beforeAll(anyBackend);

const made = Object.entries(initializers).map(
  ([name, value]) => [name, typeof value === 'function' ? value() : value] as const,
);

test.each(made)("%s: numpy's draws times its scale", (name, initializer: Initializer) => {
  expect(initializer.name).toBe(name);
  const W = initializer.initialize(n, nPrev, new RandomState(seed));
  expectMatrix(
    W,
    build(n, nPrev, (i, j) => randn[i * nPrev + j] * scales[name]),
    1e-7,
  );
});

test('normal takes another scale', () => {
  const W = initializers.normal(3).initialize(n, nPrev, new RandomState(seed));
  expectMatrix(
    W,
    build(n, nPrev, (i, j) => 3 * randn[i * nPrev + j]),
    1e-7,
  );
});

test('zeros leaves the stream where it is, the others take n_l n_prev draws', () => {
  const random = new RandomState(seed);
  initializers.zeros.initialize(1, 3, random);
  initializers.course.initialize(2, 2, random);
  expect(random.gauss()).toBeCloseTo(randn[4], 14);
});
