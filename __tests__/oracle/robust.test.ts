import { beforeEach, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { CheckError, ValueError } from '../../src/core/errors.js';
import { checkGradients } from '../../src/oracle/checkGradients.js';
import type { Subject } from '../../src/oracle/subject.js';
import { anyBackend } from '../support/backends.js';
import { expectFlatMemory } from '../support/memory.js';

/*
 * Right code is never accused, wrong code never passes, nothing crashes: passes as people write them.
 */

beforeEach(anyBackend);

// biome-ignore lint/suspicious/noExplicitAny: passes of people who write no types
type Loose = any;
const check = (subject: object) => expectFlatMemory(() => checkGradients(subject as Subject));
const wrongOnes = async (subject: object) =>
  (await check(subject)).parameters.flatMap(({ name, passed }) => (passed ? [] : [name]));

/** J = ½ Σ W² and dW = W, with something besides. */
const half = (more: object = {}) => ({
  params: { W: [[1, 2]] },
  X: [[1]],
  Y: [[1]],
  forward: (t: Loose, { W }: Loose) => ({ cost: t.mul(0.5, t.sum(t.square(W))), cache: W }),
  backward: (t: Loose, { W }: Loose) => ({ dW: t.mul(1, W) }),
  ...more,
});

/** A2 = W2 tanh(W1 X), J = ½ Σ A2², and W2 -= 0.5 in place before dA1 is made of it, or after. */
const twoLayers = (inPlace: 'before' | 'after' | 'of a copy') => ({
  shapes: { X: ['n', 'm'], Y: [1, 'm'], W1: ['h', 'n'], W2: [1, 'h'] },
  forward: (t: Loose, { W1, W2 }: Loose, X: Loose) => {
    const A1 = t.tanh(t.matMul(W1, X));
    const A2 = t.matMul(W2, A1);
    return { cost: t.mul(0.5, t.sum(t.square(A2))), cache: { A1, A2 } };
  },
  backward: (t: Loose, { W2 }: Loose, X: Loose, _Y: Loose, { A1, A2 }: Loose) => {
    const dW2 = t.matMul(A2, A1, false, true);
    const update = () => {
      const numbers = inPlace === 'of a copy' ? W2.dataSync().slice() : W2.dataSync();
      for (let i = 0; i < numbers.length; i++) numbers[i] -= 0.5;
    };
    if (inPlace !== 'after') update();
    const dZ1 = t.mul(t.matMul(W2, A2, true, false), t.sub(1, t.square(A1)));
    if (inPlace === 'after') update();
    return { dW1: t.matMul(dZ1, X, false, true), dW2 };
  },
});

describe('changes in place', () => {
  test('of a parameter before its use: wrong, and said why, with the proof', async () => {
    const report = await check(twoLayers('before'));
    expect(report.parameters.map(({ passed }) => passed)).toEqual([false, true]);
    expect(report.causes).toHaveLength(1);
    expect(report.causes[0]).toMatchObject({ id: 'W-updated', where: ['dW1'] });
    expect(report.causes[0].sentence).toMatch(/^dW1 uses W2 after it was updated in place/);
    expect(report.causes[0].counterfactual).toBe('On copies all 2 gradients pass.');
  });

  test('after its last use: right, and said', async () => {
    const report = await check(twoLayers('after'));
    expect(report.passed).toBe(true);
    expect(report.notes.join()).toContain('backward updates W2 in place');
  });

  test('of a copy: nothing to say', async () => {
    expect(await check(twoLayers('of a copy'))).toMatchObject({ passed: true, notes: [] });
  });

  test('of what the forward pass has left, as numpy code does', async () => {
    const softmax = {
      params: { z: [[0.3, -0.2, 0.5]] },
      X: [[0]],
      Y: [2],
      forward: (t: Loose, { z }: Loose) => {
        const P = t.softmax(z);
        return { cost: t.neg(t.sum(t.mul([[0, 0, 1]], t.log(P)))), cache: { P } };
      },
      backward: (t: Loose, _p: Loose, _X: Loose, _Y: Loose, { P }: Loose) => {
        const d = P.dataSync();
        d[2] -= 1;
        return { dz: t.tensor2d(d, [1, 3]) };
      },
    };
    const report = await check(softmax);
    expect(report.passed).toBe(true);
    expect(report.notes.join()).toContain('backward updates P in place');
  });

  test("nobody's numbers are other ones afterwards", async () => {
    const W = tf.tensor2d([[1, 2]]);
    const params = { W };
    const backward = (t: Loose, { W }: Loose) => {
      const numbers = W.dataSync();
      const dW = t.mul(1, W);
      numbers.fill(7);
      return { dW };
    };
    expect((await check(half({ params, backward }))).passed).toBe(true);
    expect([...W.dataSync()]).toEqual([1, 2]);
    W.dispose();
  });
});

describe('labels', () => {
  /** J = -1/N Σ Y log softmax(X W): dW = Xᵀ (P - Y) / N where each sample has one label. */
  const softmax = (more: object) => ({
    labels: 'one-hot',
    shapes: { X: ['N', 'D'], Y: ['N', 'C'], W: ['D', 'C'] },
    forward: (t: Loose, { W }: Loose, X: Loose, Y: Loose) => {
      const P = t.softmax(t.matMul(X, W));
      return { cost: t.div(t.sum(t.mul(Y, t.log(P))), -X.shape[0]), cache: P };
    },
    backward: (t: Loose, _p: Loose, X: Loose, Y: Loose, P: Loose) => ({
      dW: t.matMul(X, t.div(t.sub(P, Y), X.shape[0]), true, false),
    }),
    ...more,
  });

  test('one-hot in rows: the axis is found', async () => {
    expect(await wrongOnes(softmax({}))).toEqual([]);
  });

  test("an X and a Y of one shape: the module says samples: 'rows'", async () => {
    const square = { shapes: { X: [9, 4], Y: [9, 4], W: [4, 4] } };
    expect(await wrongOnes(softmax({ ...square, samples: 'rows' }))).toEqual([]);
    expect(await wrongOnes(softmax({ ...square, samples: 'columns' }))).toEqual(['dW']);
  });

  test.each([
    [{ labels: 'onehot' }, "labels is \"onehot\"; it must be one of 'binary', 'one-hot', 'real'."],
    [{ samples: 'row' }, "samples is \"row\"; it must be one of 'rows', 'columns'."],
  ])('%j is refused', async (more, message) => {
    await expect(check(softmax(more))).rejects.toThrow(CheckError);
    await expect(check(softmax(more))).rejects.toThrow(message);
  });
});

describe('ties', () => {
  /** J = Σ max over rows: (1, 1, 0) has two maxima. */
  const max = (dx: number[][]) => ({
    params: { x: [[1, 1, 0]] },
    X: [[0]],
    Y: [[0]],
    forward: (t: Loose, { x }: Loose) => ({ cost: t.sum(t.max(x, 1)) }),
    backward: (t: Loose) => ({ dx: t.tensor2d(dx) }),
  });

  test.each([[[1, 0, 0]], [[0, 1, 0]], [[1, 1, 0]], [[0.5, 0.5, 0]]])(
    'maximum of (1, 1, 0): %j is one of the right ones',
    async (dx) => {
      const report = await check(max([dx]));
      expect(report.passed).toBe(true);
      expect(report.notes.join()).toContain('cannot decide at a tie');
    },
  );

  test.each([[[0, 0, 1]], [[0, 0, 0]], [[2, 0, 0]], [[0.3, 0.7, 0]]])(
    'maximum of (1, 1, 0): %j is none',
    async (dx) => {
      expect(await wrongOnes(max([dx]))).toEqual(['dx']);
    },
  );

  const relu = (atZero: number, at2 = 1) => ({
    params: { W: [[0, 2, -1]] },
    X: [[0]],
    Y: [[0]],
    forward: (t: Loose, { W }: Loose) => ({ cost: t.sum(t.relu(W)) }),
    backward: (t: Loose) => ({ dW: t.tensor2d([[atZero, at2, 0]]) }),
  });

  test.each([0, 1, 0.5])("relu'(0) = %d passes", async (atZero) => {
    const report = await check(relu(atZero));
    expect(report.passed).toBe(true);
    expect(report.notes.join()).toContain("relu'(0)");
  });

  test('no other number does, and what is wrong beside the tie is wrong', async () => {
    expect(await wrongOnes(relu(0.3))).toEqual(['dW']);
    expect(await wrongOnes(relu(1, 2))).toEqual(['dW']);
  });

  const pooling = (first: number, second: number) => ({
    params: {
      x: [
        [
          [[1], [1]],
          [[0], [0.5]],
        ],
      ],
    },
    X: [[0]],
    Y: [[0]],
    forward: (t: Loose, { x }: Loose) => ({ cost: t.sum(t.maxPool(x, 2, 2, 'valid')) }),
    backward: (t: Loose) => ({ dx: t.tensor4d([first, second, 0, 0], [1, 2, 2, 1]) }),
  });

  test('pooling: the first, the last, both, halves; no third', async () => {
    for (const [a, b] of [
      [1, 0],
      [0, 1],
      [1, 1],
      [0.5, 0.5],
    ]) {
      expect(await wrongOnes(pooling(a, b))).toEqual([]);
    }
    expect(await wrongOnes(pooling(0, 0))).toEqual(['dx']);
  });
});

describe('each gradient on its own scale', () => {
  /** J = Σ c W + Σ V: dW = c, which the floor of 1e-3 once let pass with any sign. */
  const tiny = (c: number, hand: number) => ({
    params: { W: [[1, 2]], V: [[1]] },
    X: [[0]],
    Y: [[0]],
    forward: (t: Loose, { W, V }: Loose) => ({ cost: t.add(t.mul(c, t.sum(W)), t.sum(V)) }),
    backward: (t: Loose, { W }: Loose) => ({ dW: t.mul(hand, t.onesLike(W)), dV: t.ones([1, 1]) }),
  });

  test.each([1e-10, 1e-12])(
    '%d: the sign counts, and differences are said to be blind',
    async (c) => {
      const right = await check(tiny(c, c));
      expect(right.passed).toBe(true);
      expect(right.notes.join()).toContain('dW is at most');
      expect(right.notes.join()).toContain('too small for differences');
      expect(await wrongOnes(tiny(c, -c))).toEqual(['dW']);
      expect(await wrongOnes(tiny(c, 0))).toEqual(['dW']);
    },
  );

  test('a gradient that is zero but for rounding is right as a zero', async () => {
    // Softmax is blind to a shift: Σ over a row of dZ is 0.
    const shift = (db: (t: Loose, P: Loose, Y: Loose) => Loose) => ({
      params: { b: [[0.3]], Z: [[0.1, 0.7, -0.4, 0.2]] },
      X: [[0]],
      Y: [[0, 1, 0, 0]],
      forward: (t: Loose, { b, Z }: Loose, _X: Loose, Y: Loose) => {
        const P = t.softmax(t.add(Z, b));
        return { cost: t.neg(t.sum(t.mul(Y, t.log(P)))), cache: P };
      },
      backward: (t: Loose, _p: Loose, _X: Loose, Y: Loose, P: Loose) => ({
        db: db(t, P, Y),
        dZ: t.sub(P, Y),
      }),
    });
    expect(await wrongOnes(shift((t) => t.zeros([1, 1])))).toEqual([]);
    expect(await wrongOnes(shift((t, P, Y) => t.sum(t.sub(P, Y), 1, true)))).toEqual([]);
    expect(await wrongOnes(shift((t) => t.fill([1, 1], 1e-8)))).toEqual(['db']);
  });
});

describe('dX', () => {
  const linear = (factor: number, X: number[][] = [[0.5, 2.5]]) => ({
    params: { W: [[3]] },
    X,
    Y: [[0, 0]],
    forward: (t: Loose, { W }: Loose, X: Loose) => ({
      cost: t.mul(0.5, t.sum(t.square(t.matMul(W, X)))),
    }),
    backward: (t: Loose, { W }: Loose, X: Loose) => ({
      dW: t.matMul(t.matMul(W, X), X, false, true),
      dX: t.mul(factor, t.matMul(W, t.matMul(W, X), true, false)),
    }),
  });

  test('right, and wrong beside right parameters', async () => {
    expect(await wrongOnes(linear(1))).toEqual([]);
    expect(await wrongOnes(linear(2))).toEqual(['dX']);
    expect(await wrongOnes(linear(2, [[1, 2]]))).toEqual(['dX']); // whole numbers that are numbers
  });

  test('of tokens: not asked for, and said', async () => {
    const tokens = {
      params: { E: [[0.3], [0.5], [-0.4]] },
      X: [2, 0, 2],
      Y: [0],
      forward: (t: Loose, { E }: Loose, X: Loose) => ({
        cost: t.sum(t.square(t.gather(E, t.cast(X, 'int32')))),
      }),
      backward: (t: Loose, { E }: Loose, X: Loose) => {
        const ids = t.cast(X, 'int32');
        return {
          dE: t.unsortedSegmentSum(t.mul(2, t.gather(E, ids)), ids, 3),
          dX: t.zerosLike(X),
        };
      },
    };
    const report = await check(tokens);
    expect(report.parameters.map(({ name, passed }) => [name, passed])).toEqual([['dE', true]]);
    expect(report.notes.join()).toContain('dX is not checked');
  });
});

describe('parameters in groups and lists', () => {
  /** Two layers, Z2 = W2 (W1 X + b1). */
  const forward = (t: Loose, [W1, b1, W2]: Loose[], X: Loose) => {
    const A1 = t.add(t.matMul(W1, X), b1);
    const A2 = t.matMul(W2, A1);
    return { cost: t.mul(0.5, t.sum(t.square(A2))), cache: { A1, A2 } };
  };
  const backward = (t: Loose, W2: Loose, X: Loose, { A1, A2 }: Loose) => {
    const dA1 = t.matMul(W2, A2, true, false);
    return [t.matMul(dA1, X, false, true), t.sum(dA1, 1, true), t.matMul(A2, A1, false, true)];
  };
  const data = { X: [[1, 2, 0.5]], Y: [[0, 0, 0]] };
  const [W1, b1, W2] = [[[0.3], [-0.2]], [[0.1], [0.4]], [[0.7, -0.6]]];

  test('{ layer1: { W, b }, layer2: { W } }', async () => {
    const nested = (factor: number) => ({
      ...data,
      params: { layer1: { W: W1, b: b1 }, layer2: { W: W2 } },
      forward: (t: Loose, { layer1, layer2 }: Loose, X: Loose) =>
        forward(t, [layer1.W, layer1.b, layer2.W], X),
      backward: (t: Loose, { layer2 }: Loose, X: Loose, _Y: Loose, cache: Loose) => {
        const [dW1, db1, dW2] = backward(t, layer2.W, X, cache);
        return { layer1: { dW: dW1, db: t.mul(factor, db1) }, layer2: { dW: dW2 } };
      },
    });
    expect(await wrongOnes(nested(1))).toEqual([]);
    expect(await wrongOnes(nested(2))).toEqual(['dlayer1.b']);
  });

  test('lists, of numbers and of shapes', async () => {
    const passes = {
      forward: (t: Loose, { W, b }: Loose, X: Loose) => forward(t, [W[0], b[0], W[1]], X),
      backward: (t: Loose, { W }: Loose, X: Loose, _Y: Loose, cache: Loose) => {
        const [dW1, db1, dW2] = backward(t, W[1], X, cache);
        return { dW: [dW1, dW2], db: [db1] };
      },
    };
    const shapes = {
      X: [1, 'm'],
      Y: [1, 'm'],
      W: [
        ['h', 1],
        [1, 'h'],
      ],
      b: [['h', 1]],
    };
    expect(await wrongOnes({ ...passes, shapes })).toEqual([]);
    const params = { W: [W1, W2], b: [tf.tensor(b1)] };
    expect(await wrongOnes({ ...passes, ...data, params })).toEqual([]);
    tf.dispose(params.b);
  });
});

describe('shapes', () => {
  test("'4*H', '(D + 1)/2': an expression of dimensions", async () => {
    const sizes: number[][] = [];
    const subject = half({
      params: undefined,
      X: undefined,
      Y: undefined,
      shapes: { X: ['D', 'H'], Y: [1], W: ['4*H', '(D + 1) / 2', 'H/2 - 1'] },
      forward: (t: Loose, { W }: Loose, X: Loose) => {
        sizes.push([...X.shape, ...W.shape]);
        return { cost: t.mul(0.5, t.sum(t.square(W))) };
      },
    });
    expect(await wrongOnes(subject)).toEqual([]);
    const [D, H, ...W] = sizes[0];
    expect(W).toEqual([4 * H, (D + 1) / 2, H / 2 - 1]);
  });

  test.each(['4 H', '4*', '(H', 'H^2', '2.5*H', ''])("'%s' is refused", async (side) => {
    const shapes = { X: ['H'], Y: [1], W: [side] };
    const given = { params: undefined, X: undefined, Y: undefined, shapes };
    await expect(check(half(given))).rejects.toThrow(ValueError);
    await expect(check(half(given))).rejects.toThrow('is no dimension');
  });
});

describe('what cannot be checked is a sentence', () => {
  test.each<[string, object, string]>([
    ['ragged', { params: { W: [[1, 2], [3]] } }, 'W is ragged: W[1] is (1), and W[0] is (2).'],
    ['ragged data', { X: [[1, 2], [3]] }, 'X is ragged'],
    ['a word', { params: { W: [['1']] } }, 'W[0][0] is a string.'],
    [
      'a parameter X',
      { params: { W: [[1]], X: [[1]] } },
      'params holds X, which is the name of the data.',
    ],
    ['a parameter Y', { params: { Y: [[1]] } }, 'params holds Y'],
  ])('%s', async (_, more, message) => {
    await expect(check(half(more))).rejects.toThrow(CheckError);
    await expect(check(half(more))).rejects.toThrow(message);
  });

  test('weights that are closed over', async () => {
    const own = [[1, 2]];
    const report = await check(
      half({ forward: (t: Loose) => ({ cost: t.sum(t.square(t.tensor(own))) }) }),
    );
    expect(report.passed).toBe(false);
    expect(report.notes.join()).toContain('forward takes none of its parameters');
  });

  test('as many rows as samples, in a network that only looks like layers', async () => {
    const xor = {
      params: {
        W1: [
          [0.4, -0.6, 0.3, 0.8],
          [-0.5, 0.7, 0.9, -0.2],
        ],
        W2: [[0.6], [-0.4], [0.8], [0.3]],
      },
      X: [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ],
      Y: [[0], [1], [1], [0]],
      forward: (t: Loose, { W1, W2 }: Loose, X: Loose, Y: Loose) => {
        const h = t.sigmoid(t.matMul(X, W1));
        const a = t.sigmoid(t.matMul(h, W2));
        return { cost: t.mul(0.5, t.sum(t.square(t.sub(a, Y)))), cache: { h, a } };
      },
      backward: (t: Loose, { W2 }: Loose, X: Loose, Y: Loose, { h, a }: Loose) => {
        const d2 = t.mul(t.sub(a, Y), t.mul(a, t.sub(1, a)));
        const d1 = t.mul(t.matMul(d2, W2, false, true), t.mul(h, t.sub(1, h)));
        return { dW1: t.matMul(X, d1, true, false), dW2: t.matMul(h, d2, true, false) };
      },
    };
    expect(await wrongOnes(xor)).toEqual([]);
  });
});

describe('forward passes that autodiff cannot see', () => {
  /** J = Σ W³ in a plain loop. */
  const plain = (factor: number) => ({
    params: { W: [[1, 2]] },
    X: [[1]],
    Y: [[1]],
    forward: (t: Loose, { W }: Loose) => ({
      cost: t.scalar([...W.dataSync()].reduce((sum: number, w: number) => sum + w ** 3, 0)),
    }),
    backward: (t: Loose, { W }: Loose) => ({ dW: t.mul(factor, t.square(W)) }),
  });

  test('plain arrays: differences decide, and the report says so, with the line', async () => {
    const report = await check(plain(3));
    expect(report.passed).toBe(true);
    expect(report.notes.join()).toMatch(
      /reads numbers back.*Differences of the cost alone decide on dW/,
    );
    const wrong = await check(plain(2));
    expect(wrong.passed).toBe(false);
    expect(wrong.parameters[0].worst?.ratio).toBeCloseTo(2 / 3, 7);
  });
});

describe('operations that people use', () => {
  const checked = (W: unknown, forward: Loose, backward: Loose) =>
    wrongOnes({ params: { W }, X: [[1]], Y: [[1]], forward, backward });

  test('the gradients of conv2d that TensorFlow.js does not export are handed over', async () => {
    const x = (t: Loose) => t.cos(t.reshape(t.range(0, 32, 1, 'float32'), [1, 4, 4, 2]));
    const W = [
      [
        [
          [0.1, 0.2],
          [0.3, -0.4],
        ],
      ],
    ]; // (1, 1, 2, 2)
    const pass = (factor: number) =>
      checked(
        W,
        (t: Loose, { W }: Loose) => ({ cost: t.sum(t.square(t.conv2d(x(t), W, 1, 'same'))) }),
        (t: Loose, { W }: Loose) => {
          const dy = t.mul(factor, t.conv2d(x(t), W, 1, 'same'));
          return { dW: t.conv2dBackpropFilter(x(t), dy, W.shape, 1, 'same') };
        },
      );
    expect(await pass(2)).toEqual([]);
    expect(await pass(1)).toEqual(['dW']);
  });

  // y1 = a, y2 = a b, y3 = a b c: of Σ y the gradients are 1 + b + b c, a + a c, a b. One factor is 0.
  test('cumprod, also of a factor that is 0', async () => {
    const pass = (dW: number[]) =>
      checked(
        [2, 0, 3],
        (t: Loose, { W }: Loose) => ({ cost: t.sum(t.cumprod(W)) }),
        (t: Loose) => ({ dW: t.tensor1d(dW) }),
      );
    expect(await pass([1, 8, 0])).toEqual([]);
    expect(await pass([1, 2, 0])).toEqual(['dW']);
  });

  test('diag and bandPart: what lies outside has no gradient', async () => {
    const diagonal = (t: Loose, { W }: Loose) => ({
      cost: t.sum(
        t.mul(
          [
            [1, 2],
            [3, 4],
          ],
          t.diag(W),
        ),
      ),
    });
    expect(await checked([5, 6], diagonal, (t: Loose) => ({ dW: t.tensor1d([1, 4]) }))).toEqual([]);
    const lower = (t: Loose, { W }: Loose) => ({ cost: t.sum(t.linalg.bandPart(W, -1, 0)) });
    const ofLower = (t: Loose) => ({
      dW: t.tensor2d([
        [1, 0],
        [1, 1],
      ]),
    });
    expect(
      await checked(
        [
          [1, 2],
          [3, 4],
        ],
        lower,
        ofLower,
      ),
    ).toEqual([]);
    const ofAll = (t: Loose) => ({ dW: t.ones([2, 2]) });
    expect(
      await checked(
        [
          [1, 2],
          [3, 4],
        ],
        lower,
        ofAll,
      ),
    ).toEqual(['dW']);
  });

  test('masks by logicalXor and logicalNot', async () => {
    const masked = (t: Loose, { W }: Loose) => {
      const mask = t.logicalXor(t.greater(W, 0), t.logicalNot(t.greater(W, 2)));
      return { cost: t.sum(t.mul(W, t.cast(mask, 'float32'))) };
    };
    // Above 0 and not at most 2, or the other way round: -1 and 3.
    const dW = (t: Loose) => ({ dW: t.tensor1d([1, 0, 1]) });
    expect(await checked([-1, 1, 3], masked, dW)).toEqual([]);
  });

  test('(B, T, C) × (C, D) sums over the batch', async () => {
    const X = [[[1, 2]], [[3, -1]]];
    const batch = (axes: number[]) => ({
      ...{ params: { W: [[0.5], [0.25]] }, X, Y: [0] },
      forward: (t: Loose, { W }: Loose, X: Loose) => ({ cost: t.sum(t.matMul(X, W)) }),
      backward: (t: Loose, _: Loose, X: Loose) => ({ dW: t.reshape(t.sum(X, axes), [-1, 1]) }),
    });
    expect(await wrongOnes(batch([0, 1]))).toEqual([]); // (4, 1)
  });
});
