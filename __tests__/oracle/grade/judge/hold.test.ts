import { describe, expect, test } from '@jest/globals';
import { RandomState } from '../../../../src/core/random.js';
import { hold } from '../../../../src/oracle/grade/judge/hold.js';
import { passAt } from '../../../../src/oracle/grade/judge/pass.js';
import type { Request } from '../../../../src/oracle/grade/judge/wire.js';
import { type At, asking, type Functions, numbers } from './submission.js';

type Options = Parameters<typeof hold>[4];
const thorough: Options = { seconds: 60, thorough: true };

/** What is held of a submission with parameters of these numbers. */
async function holding(
  params: Readonly<Record<string, ArrayLike<number>>>,
  functions: Functions,
  { options = thorough, isLayer = false, X = [0.5] as ArrayLike<number> } = {},
) {
  const { ask, asked } = asking(functions);
  const named = Object.entries(params).map(([name, P]) => [name, numbers(P)] as const);
  const point = { params: new Map(named), X: numbers(X), Y: numbers([1]) };
  const pass = await passAt(ask, point);
  asked.length = 0;
  const held = await hold(ask, pass, isLayer, new RandomState(5), options);
  return { held, alongs: asked.map(alongsOf) };
}

/** E for an element, D for a direction. */
const alongsOf = (request: Request) =>
  request.ask === 'costs' ? request.moves.map(({ along }) => along) : [];
const kinds = (alongs: readonly (readonly (number | string)[])[]) =>
  alongs.map((all) => {
    const directions = all.filter((along) => typeof along === 'string').length;
    return `${directions} D ${all.length - directions} E`;
  });

const line = (n: number) => Array.from({ length: n }, (_, i) => 0.1 + (i % 17) / 20);
/** In pairs: of 50,000 numbers one by one the rounding would be seen by the differences. */
const sumOf = (values: Float64Array): number =>
  values.length > 64
    ? sumOf(values.subarray(0, values.length >> 1)) + sumOf(values.subarray(values.length >> 1))
    : values.reduce((sum, value) => sum + value, 0);
/** J = ½ Σ W² + ½ Σ b², and what `change` makes of dW = W. */
const squares = (change: (dW: Float64Array) => void = () => {}): Functions => ({
  cost: ({ params }) =>
    Object.values(params).reduce((J, P) => J + sumOf(P.map((x) => (x * x) / 2)), 0),
  gradients: ({ params: { W, b } }: At) => {
    const dW = W.slice();
    change(dW);
    return { dW, ...(b && { db: b }) };
  },
});
const right = (name: string, taken: number) => ({ name, verdict: 'right', taken, unknown: 0 });

describe('a small network', () => {
  test('every element of every parameter, 32 at once, and no direction', async () => {
    const { held, alongs } = await holding({ W: line(70), b: line(2) }, squares());
    expect(held).toEqual([right('dW', 70), right('db', 2)]);
    expect(alongs.map(({ length }) => length)).toEqual([32, 32, 6, 2]);
    expect(alongs.flat()).toEqual([...line(70).keys(), 0, 1]);
  });

  test('one element that is wrong, wherever it is: no more than its 32 are asked for', async () => {
    for (const [at, batches] of [
      [0, 1],
      [31, 1],
      [32, 2],
      [69, 3],
    ]) {
      const wrong = squares((dW) => {
        dW[at] *= 1.001;
      });
      const { held, alongs } = await holding({ W: line(70), b: line(2) }, wrong);
      expect(held.map(({ verdict }) => verdict)).toEqual(['wrong', 'right']);
      expect(alongs.filter(({ length }) => length > 2).length).toBe(batches);
    }
  });

  test('a thousand elements are still small', async () => {
    const { held } = await holding({ W: line(998), b: line(2) }, squares());
    expect(held).toEqual([right('dW', 998), right('db', 2)]);
  });

  test('where the time is over, directions over all of them stand for the rest', async () => {
    const options = { seconds: -1, thorough: true };
    const { held, alongs } = await holding({ W: line(70) }, squares(), { options });
    expect(kinds(alongs)).toEqual(['0 D 32 E', '6 D 0 E']);
    expect(held).toEqual([right('dW', 38)]);
    const wrong = squares((dW) => {
      dW[60] *= 1.1;
    });
    expect((await holding({ W: line(70) }, wrong, { options })).held[0].verdict).toBe('wrong');
  });

  test('not where nothing is left', async () => {
    const options = { seconds: -1, thorough: true };
    const { alongs } = await holding({ W: line(32) }, squares(), { options });
    expect(kinds(alongs)).toEqual(['0 D 32 E']);
  });
});

describe('a large network', () => {
  test.each([
    [1001, 8],
    [50_000, 8],
    [50_001, 0],
  ])('%d elements: six directions, and %d elements', async (n, samples) => {
    const { held, alongs } = await holding({ W: line(n) }, squares());
    expect(kinds(alongs)).toEqual(samples ? ['6 D 0 E', `0 D ${samples} E`] : ['6 D 0 E']);
    expect(held).toEqual([right('dW', 6 + samples)]);
    const elements = alongs.flat().filter((along) => typeof along === 'number');
    expect(new Set(elements).size).toBe(samples);
    expect(elements.every((i) => Number(i) >= 0 && Number(i) < n)).toBe(true);
    expect(elements.slice(0, 3)).not.toEqual(samples ? [0, 1, 2] : undefined);
  });

  test('of a small parameter in it every element, and no direction', async () => {
    const { alongs } = await holding({ W: line(1001), b: line(8) }, squares());
    expect(kinds(alongs)).toEqual(['6 D 0 E', '0 D 8 E', '0 D 8 E']);
    expect(alongs[2]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('one element of a thousand that is wrong shows along the directions', async () => {
    const wrong = squares((dW) => {
      dW[777] += 0.1;
    });
    const { held, alongs } = await holding({ W: line(1001) }, wrong);
    expect(held[0].verdict).toBe('wrong');
    expect(alongs.flat().some((along) => typeof along === 'number')).toBe(false);
  });
});

test('at a second point two directions are enough, of a small network too', async () => {
  const options = { seconds: 60, thorough: false };
  for (const n of [2, 2000]) {
    const { held, alongs } = await holding({ W: line(n) }, squares(), { options });
    expect(kinds(alongs)).toEqual(['2 D 0 E']);
    expect(held).toEqual([right('dW', 2)]);
  }
});

test('what is wrong in its form is said, and not asked about', async () => {
  const functions: Functions = {
    cost: squares().cost,
    gradients: ({ params: { b } }) => ({ db: b }),
  };
  const { held, alongs } = await holding({ W: line(3), b: line(2) }, functions);
  expect(held).toEqual([
    {
      ...{ name: 'dW', verdict: 'wrong', taken: 0, unknown: 0 },
      problem: 'The backward pass does not return dW.',
    },
    right('db', 2),
  ]);
  expect(alongs).toHaveLength(1);
});

test('dX is held too, but not beside the inputs of a layer', async () => {
  const functions: Functions = {
    cost: ({ params: { W }, X }) => W[0] * X[0] * X[0],
    gradients: ({ params: { W }, X }) => ({ dW: [X[0] * X[0]], dX: [2 * W[0] * X[0]] }),
  };
  const both = await holding({ W: [3] }, functions);
  expect(both.held).toEqual([right('dW', 1), right('dX', 1)]);
  expect((await holding({ W: [3] }, functions, { isLayer: true })).held).toHaveLength(1);
});

describe('where the cost jumps nothing is known', () => {
  /** The first k elements lie at a jump. */
  const jumping = (n: number, k: number) => {
    const functions: Functions = {
      cost: ({ params: { W } }) =>
        W.reduce((sum, x, i) => sum + (i < k ? Number(x > 0.5) : x * x), 0),
      gradients: ({ params: { W } }) => ({ dW: W.map((x, i) => (i < k ? 3 : 2 * x)) }),
    };
    return holding({ W: new Array(n).fill(0.5) }, functions).then(({ held }) => held[0]);
  };

  test.each([
    [1, 1, 'unknown'],
    [2, 1, 'right'],
    [2, 2, 'unknown'],
    [3, 2, 'unknown'],
    [19, 2, 'unknown'],
    [20, 2, 'right'],
    [29, 3, 'unknown'],
    [30, 3, 'right'],
  ])('of %d elements %d: %s', async (n, k, verdict) => {
    expect(await jumping(n, k)).toEqual({ name: 'dW', verdict, taken: n, unknown: k });
  });
});

describe('a gradient that vanishes', () => {
  /** J = 1 + Σ slope W, and the gradient that is said to be of it. */
  const flat = (slope: number, own: number, n = 3): Functions => ({
    cost: ({ params: { W } }) => 1 + W.reduce((sum, x) => sum + slope * x, 0),
    gradients: () => ({ dW: new Array(n).fill(own) }),
  });
  const verdict = async (slope: number, own: number, n = 3) =>
    (await holding({ W: new Array(n).fill(0) }, flat(slope, own, n))).held[0].verdict;

  // The usual differences measure by 1e-3: all of these agree there.
  test('is told from zero and from another sign by large steps', async () => {
    expect(await verdict(1e-11, 1e-11)).toBe('right');
    expect(await verdict(0, 0)).toBe('right');
    expect(await verdict(5e-11, 0)).toBe('wrong');
    expect(await verdict(1e-11, -1e-11)).toBe('wrong');
  });

  test('along four directions and eight elements at three steps', async () => {
    const { alongs, held } = await holding({ W: new Array(20).fill(0) }, flat(1e-11, 1e-11, 20));
    expect(kinds(alongs)).toEqual(['0 D 20 E', '4 D 8 E', '4 D 8 E', '4 D 8 E']);
    expect(held).toEqual([right('dW', 20)]);
  });

  test('one that does not vanish is not asked about again', async () => {
    expect((await holding({ W: line(3) }, squares())).alongs).toHaveLength(1);
    const wrong = await holding(
      { W: line(3) },
      { ...squares(), gradients: () => ({ dW: [0, 0, 0] }) },
    );
    expect(kinds(wrong.alongs)).toEqual(['0 D 3 E', '0 D 3 E', '0 D 3 E', '0 D 3 E']);
    expect(wrong.held[0].verdict).toBe('wrong');
  });
});
