import { describe, expect, test } from '@jest/globals';
import { RandomState } from '../../../../src/core/random.js';
import {
  derivativeFrom,
  direction,
  findings,
  findingsOfSmall,
  floorOf,
  tooSmall,
} from '../../../../src/oracle/grade/judge/differences.js';
import { pointToWire } from '../../../../src/oracle/grade/judge/wire.js';
import { asking, encoded, numbers } from './submission.js';

/** J = Σ f(W_i), which is asked for around W. */
async function costing(f: (x: number, i: number) => number, W: readonly number[]) {
  const cost = ({ params: { W } }: { params: Readonly<Record<string, Float64Array>> }) =>
    W.reduce((sum, x, i) => sum + f(x, i), 0);
  const { ask, asked } = asking({ cost, gradients: () => ({}) });
  const params = new Map([['W', numbers(W)]]);
  const point = pointToWire({ params, X: numbers([1]), Y: numbers([1]) });
  const { cost: J } = (await ask({ ask: 'gradients', point })) as { cost: number };
  asked.length = 0;
  return { ask, asked, J };
}

/** What is found of gradients at the elements of W. */
async function found(
  f: (x: number, i: number) => number,
  W: readonly number[],
  gradient: readonly number[],
) {
  const { ask, J } = await costing(f, W);
  return findings(
    ask,
    'W',
    W.map((_, i) => i),
    gradient,
    J,
  );
}

describe('a smooth cost', () => {
  test('the gradient agrees, one that is off by a millionth does not', async () => {
    const W = [0.3, -0.7, 1.1];
    const exact = W.map(Math.exp);
    expect(await found(Math.exp, W, exact)).toEqual(['agrees', 'agrees', 'agrees']);
    for (const factor of [1 + 1e-6, 1 - 1e-6, -1, 0, 2]) {
      const off = [exact[0], factor * exact[1], exact[2]];
      expect(await found(Math.exp, W, off)).toEqual(['agrees', 'differs', 'agrees']);
    }
  });

  test('what is no number does not agree', async () => {
    expect(await found(Math.exp, [0.3], [Number.NaN])).not.toEqual(['agrees']);
  });

  // 5e-11 is what rounding of a cost of 1 leaves of the differences; 1e-9 is more.
  test('small derivatives are measured by a floor', async () => {
    expect(await found(() => 1, [0.3], [5e-11])).toEqual(['agrees']);
    expect(await found(() => 1, [0.3], [1e-9])).toEqual(['differs']);
  });

  test('along a direction it is gradient · direction', async () => {
    const W = [0.3, -0.7, 1.1];
    const { ask, asked, J } = await costing(Math.sin, W);
    const along = Float64Array.of(0.6, 0, -0.8);
    const own = 0.6 * Math.cos(0.3) - 0.8 * Math.cos(1.1);
    expect(await findings(ask, 'W', [along, 1], [own, Math.cos(0.7)], J)).toEqual([
      ...['agrees', 'agrees'],
    ]);
    const h = 3e-4;
    const steps = [2 * h, -2 * h, h, -h];
    expect(asked).toEqual([
      {
        ask: 'costs',
        moves: [
          { of: 'W', along: encoded(along), steps },
          { of: 'W', along: 1, steps },
        ],
      },
    ]);
  });
});

describe('a cost that bends, or has a kink, within reach of the coarse step', () => {
  // A wave of a length of 0.002: 3e-4 is a seventh of it.
  test('finer steps find the gradient, and one that is wrong', async () => {
    const wave = (x: number) => 1e-3 * Math.sin(3000 * x);
    const slope = 3 * Math.cos(3000 * 0.1);
    expect(await found(wave, [0.1], [slope])).toEqual(['agrees']);
    expect(await found(wave, [0.1], [-slope])).toEqual(['differs']);
    expect(await found(wave, [0.1], [1.01 * slope])).toEqual(['differs']);
  });

  test.each([4e-4, 1e-4, 2e-5])('a kink %d away', async (x) => {
    expect(await found(Math.abs, [x, -x], [1, -1])).toEqual(['agrees', 'agrees']);
    expect(await found(Math.abs, [x, -x], [2, 0])).toEqual(['differs', 'differs']);
  });

  // Only the finest step, 6e-7, does not reach it: it finds the gradient, but says against none by itself.
  test('a kink closer than all steps but one', async () => {
    const x = 2e-6;
    expect(await found(Math.abs, [x, -x], [1, -1])).toEqual(['agrees', 'agrees']);
    expect(await found(Math.abs, [x, -x], [2, 0])).toEqual(['unknown', 'unknown']);
  });

  test('only what is open is asked for again, three times finer', async () => {
    const { ask, asked, J } = await costing(Math.exp, [0, 0, 0]);
    await findings(ask, 'W', [0, 1, 2], [1, 5, 1], J);
    const steps = asked.map((one) =>
      one.ask === 'costs' ? one.moves.map(({ along, steps }) => [along, steps[2]]) : [],
    );
    const h = 3e-4;
    expect(steps[0].map(([along]) => along)).toEqual([0, 1, 2]);
    expect(steps.slice(1)).toEqual([[[1, h / 8]], [[1, h / 64]], [[1, h / 512]]]);
  });
});

describe('a cost that is no steady function', () => {
  // The quotient grows as the step falls: 7 / 12 h.
  test('a jump at the very point says nothing', async () => {
    for (const own of [0, 1, -3]) {
      expect(await found((x) => (x > 0.5 ? 1 : 0), [0.5], [own])).toEqual(['unknown']);
    }
  });

  test('nor do costs that are no numbers', async () => {
    expect(await found((x) => (x === 0.5 ? 1 : Number.NaN), [0.5], [1])).toEqual(['unknown']);
  });

  // Noise of 1e-9 is some 1e-6 of the coarse difference, and more of each that is finer.
  test('what differs by less than the differences do is not known to be wrong', async () => {
    const noisy = (x: number) => x + 1e-9 * Math.sin(1e9 * x);
    expect(await found(noisy, [0.3], [1 + 1e-5])).toEqual(['unknown']);
    expect(await found(noisy, [0.3], [1.5])).toEqual(['differs']);
    expect(await found(noisy, [0.3], [0.99])).toEqual(['differs']);
  });
});

test('of many that are wrong 24 are looked at, and all are wrong', async () => {
  const W = Array.from({ length: 30 }, (_, i) => i / 100);
  const { ask, asked, J } = await costing((x) => x, W);
  const alongs = W.map((_, i) => i);
  const own = W.map((_, i) => (i === 3 ? 1 : 2));
  const all = await findings(ask, 'W', alongs, own, J);
  expect(all).toEqual(W.map((_, i) => (i === 3 ? 'agrees' : 'differs')));
  expect(asked.map((one) => (one.ask === 'costs' ? one.moves.length : 0))).toEqual([
    30, 24, 24, 24,
  ]);
});

test('a kink everywhere: the 24 that are looked at are not known', async () => {
  const W = Array.from({ length: 24 }, () => 0.5);
  const all = await found((x) => (x > 0.5 ? 1 : 0), W, new Array(24).fill(3));
  expect(all).toEqual(new Array(24).fill('unknown'));
});

describe('an answer that is none', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['no costs', {}],
    ['costs as numbers', { costs: [1, 2, 3, 4] }],
    ['a list of one text', { costs: [encoded([1, 2, 3, 4])] }],
    ['too few', { costs: encoded([1, 2, 3]) }],
    ['too many', { costs: encoded([1, 2, 3, 4, 5]) }],
    ['no base64', { costs: '%' }],
  ])('%s', async (_, answer) => {
    await expect(findings(async () => answer, 'W', [0], [1], 1)).rejects.toThrow(
      'It spoils the answers of its own process: costs.',
    );
  });
});

test('the floor: a thousandth, or a ten thousandth of a large cost', () => {
  expect([0, 1, -1, 10].map(floorOf)).toEqual([1e-3, 1e-3, 1e-3, 1e-3]);
  expect(floorOf(1e4)).toBeCloseTo(1, 15);
  expect(floorOf(-1e4)).toBeCloseTo(1, 15);
});

describe('a gradient that vanishes', () => {
  const small = async (f: (x: number) => number, W: readonly number[], own: readonly number[]) => {
    const { ask, J } = await costing(f, W);
    return findingsOfSmall(
      ask,
      'W',
      W.map((_, i) => i),
      own,
      J,
    );
  };

  test('by its cost', () => {
    expect([0, 1, -1].map(tooSmall)).toEqual([1e-8, 1e-8, 1e-8]);
    expect(tooSmall(100)).toBeCloseTo(1e-6, 20);
    expect(tooSmall(-100)).toBeCloseTo(1e-6, 20);
  });

  // The slope is told from zero, and from one of another sign.
  test.each([1e-9, -1e-9, 3e-11])('a slope of %d', async (slope) => {
    const line = (x: number) => 0.1 + slope * x;
    expect(await small(line, [0.4], [slope])).toEqual(['agrees']);
    expect(await small(line, [0.4], [1.005 * slope])).toEqual(['agrees']);
    for (const own of [0, -slope, 2 * slope, 0.5 * slope]) {
      expect(await small(line, [0.4], [own])).toEqual(['differs']);
    }
  });

  test('each of several by itself', async () => {
    const { ask, J } = await costing((x, i) => [1e-9, 2e-9, 3e-9][i] * x, [1, 1, 1]);
    expect(await findingsOfSmall(ask, 'W', [0, 1, 2], [1e-9, 0, 3e-9], J)).toEqual([
      ...['agrees', 'differs', 'agrees'],
    ]);
  });

  test('zero, and less than rounding of the cost', async () => {
    expect(await small(() => 1, [0.4], [0])).toEqual(['agrees']);
    expect(await small((x) => 1 + 1e-18 * x, [0.4], [0])).toEqual(['agrees']);
    expect(await small(() => 1, [0.4], [1e-9])).toEqual(['differs']);
  });

  // An ulp of 1,000 is 1.1e-13: over steps of 0.2 some 1e-12.
  test('less than rounding of a large cost is not told from zero', async () => {
    expect(await small(() => 1000, [0.4], [5e-12])).toEqual(['agrees']);
    expect(await small(() => 1000, [0.4], [5e-10])).toEqual(['differs']);
  });

  test('a jump says nothing', async () => {
    expect(await small((x) => (x > 0.4 ? 1e-9 : 0), [0.4], [0])).toEqual(['unknown']);
  });

  // e^x - 1 - x bends: at 0 its slope is 0, and large steps of the formula are off by h⁴/30 of it.
  test('a cost that bends: the finest of the steps is near enough', async () => {
    const bends = (x: number) => 1e-9 * (Math.sin(8 * x) + 10 * x);
    const slope = 1e-9 * (8 * Math.cos(8 * 0.1) + 10);
    expect(await small(bends, [0.1], [slope])).toEqual(['agrees']);
    expect(await small(bends, [0.1], [0.9 * slope])).toEqual(['differs']);
  });
});

test('dJ along a direction, of a gradient', () => {
  const gradient = Float64Array.of(2, 3, 5);
  expect([0, 1, 2].map((i) => derivativeFrom(gradient, i))).toEqual([2, 3, 5]);
  expect(derivativeFrom(gradient, Float64Array.of(1, -1, 2))).toBe(9);
  expect(derivativeFrom(Float64Array.of(), Float64Array.of())).toBe(0);
});

test('a direction has length 1, both signs, and is another each time', () => {
  const random = new RandomState(3);
  const [a, b] = [direction(40, random), direction(40, random)];
  for (const one of [a, b]) {
    expect(one).toHaveLength(40);
    expect(Math.hypot(...one)).toBeCloseTo(1, 14);
    expect([one.some((value) => value > 0), one.some((value) => value < 0)]).toEqual([true, true]);
  }
  expect(a).not.toEqual(b);
  expect(direction(40, new RandomState(3))).toEqual(a);
});
