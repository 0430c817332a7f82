import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { FLOAT64, tensor64 } from '../../src/float64/index.js';
import { float64Tolerance, type Tolerance } from '../../src/oracle/compare.js';
import { gather, type Kept } from '../../src/oracle/gather.js';
import { scratch } from '../../src/oracle/scratch.js';
import type { Tensors } from '../../src/oracle/subject.js';
import { held } from '../../src/oracle/verdicts.js';

beforeAll(() => tf.setBackend(FLOAT64));

/** What is held of J = Σ f(params, X) at these numbers, where the gradients by hand are those. */
function holding(
  f: (params: Tensors, X: Tensor) => Tensor,
  at: Readonly<Record<string, readonly number[]>>,
  byHand: (params: Tensors, X: Tensor) => Readonly<Record<string, readonly number[] | Tensor>>,
  tolerance: Tolerance = float64Tolerance,
) {
  const kept: Kept = [];
  let passes = 0;
  const subject = {
    forward: (_: typeof tf, params: Tensors, X: Tensor) => {
      passes++;
      return { cost: tf.sum(f(params, X)) as Tensor };
    },
    backward: (_: typeof tf, params: Tensors, X: Tensor) =>
      Object.fromEntries(
        Object.entries(byHand(params, X)).map(([name, values]) => [
          name,
          values instanceof tf.Tensor ? values : tensor64([...values]),
        ]),
      ),
  };
  const row = (values: readonly number[]) => tensor64([...values]);
  return scratch(() => {
    const { X = [1], ...params } = at;
    const point = {
      params: Object.fromEntries(Object.entries(params).map(([name, P]) => [name, row(P)])),
      X: row(X),
      Y: row([1]),
    };
    const here = gather(subject, point, kept);
    passes = 0;
    const { parameters, evidence, notes } = held(subject, here, tolerance, kept);
    const oracle = Object.entries(evidence.oracle).map(([name, dP]) => [name, [...dP.dataSync()]]);
    for (const dispose of kept) dispose();
    return {
      passed: parameters.map(({ passed }) => passed),
      names: parameters.map(({ name }) => name),
      parameters,
      notes: [...notes],
      oracle: Object.fromEntries(oracle),
      isHere: evidence === here,
      passes,
    };
  });
}

// J = Σ W², dW = 2 W
describe('where the cost is smooth', () => {
  const squares = ({ W }: Tensors) => tf.square(W);

  test('2 W is the gradient of Σ W²: nothing to be said, and no pass more', () => {
    const found = holding(squares, { W: [3, -1] }, () => ({ dW: [6, -2] }));
    expect(found).toMatchObject({ passed: [true], notes: [], isHere: true, passes: 0 });
    expect(found.oracle.dW).toEqual([6, -2]);
  });

  test('W is not', () => {
    const found = holding(squares, { W: [3, -1] }, () => ({ dW: [3, -1] }));
    expect(found).toMatchObject({ passed: [false], notes: [], isHere: true });
    expect(found.parameters[0]).toMatchObject({ wrong: 2, worst: { ratio: 0.5 } });
  });

  test('of two gradients the wrong one alone fails, in their own order', () => {
    const both = ({ W, b }: Tensors) => tf.add(tf.square(W), b);
    const found = holding(both, { W: [3], b: [1] }, () => ({ dW: [5], db: [1] }));
    expect(found).toMatchObject({ names: ['dW', 'db'], passed: [false, true] });
  });
});

describe('a gradient of zero says little', () => {
  const relu = ({ W }: Tensors) => tf.relu(W);
  const dead = 'dW is zero everywhere (a dead relu?): the check says little about it.';

  test('everywhere: a note, whether it passes or not', () => {
    const right = holding(relu, { W: [-1, -2] }, () => ({ dW: [0, 0] }));
    expect(right).toMatchObject({ passed: [true], notes: [dead] });
    const wrong = holding(relu, { W: [-1, -2] }, () => ({ dW: [0, 1] }));
    expect(wrong).toMatchObject({ passed: [false], notes: [dead] });
  });

  test('at one element of two: none', () => {
    const found = holding(relu, { W: [-1, 2] }, () => ({ dW: [0, 1] }));
    expect(found).toMatchObject({ passed: [true], notes: [] });
  });

  test('with a floor that is asked for too', () => {
    const floored = { relative: 1e-7, floor: 1, share: 0 };
    const found = holding(relu, { W: [-1] }, () => ({ dW: [0] }), floored);
    expect(found.notes).toEqual([dead]);
  });
});

describe('what is small', () => {
  // dW = 1e-11: half of it is wrong, however small it is.
  test('is held on its own scale', () => {
    const tiny = ({ W }: Tensors) => tf.mul(1e-11, W);
    const right = holding(tiny, { W: [1] }, () => ({ dW: [1e-11] }));
    expect(right).toMatchObject({ passed: [true], notes: [] });
    const half = holding(tiny, { W: [1] }, () => ({ dW: [5e-12] }));
    expect(half).toMatchObject({ passed: [false], notes: [] });
  });

  test('a floor that is asked for lets it pass, and nothing is found out about rounding', () => {
    const tiny = ({ W }: Tensors) => tf.mul(1e-11, W);
    const floored = { relative: 1e-7, floor: 1e-3, share: 0 };
    const half = holding(tiny, { W: [1] }, () => ({ dW: [5e-12] }), floored);
    expect(half).toMatchObject({ passed: [true], notes: [], passes: 0 });
    const above = holding(tiny, { W: [1] }, () => ({ dW: [2e-10] }), floored);
    expect(above.passed).toEqual([false]); // 1.9e-10 / 1e-3, more than 1e-7
  });

  /**
   * D = W X + b - mean (W X + b), J = Σ D² + Σ rest b: the mean takes b away, so that db is 5 rest, and
   * what the five elements of 2 D sum up to, which is 0 but for rounding. dW = 2 Σ D X.
   */
  const centred =
    (rest: number) =>
    ({ W, b }: Tensors, X: Tensor) => {
      const Z = tf.add(tf.mul(W, X), b);
      const D = tf.sub(Z, tf.mean(Z));
      return tf.add(tf.square(D), tf.mul(rest, b));
    };
  const at = { W: [1.3], b: [0.7], X: [0.1, 0.7, 1.3, 2.9, -1.9] };
  const dWOf = ({ W, b }: Tensors, X: Tensor) => {
    const Z = tf.add(tf.mul(W, X), b);
    return tf.reshape(tf.mul(2, tf.sum(tf.mul(tf.sub(Z, tf.mean(Z)), X))), [1]);
  };
  const note = 'db is zero but for rounding: the check says little about it.';

  test('zero but for rounding: 0 passes, with a note; what is no rounding does not', () => {
    const given = (db: number) =>
      holding(centred(0), at, (params, X) => ({ dW: dWOf(params, X), db: [db] }));
    const zero = given(0);
    const [rounding] = zero.oracle.db;
    expect(rounding).not.toBe(0);
    expect(Math.abs(rounding)).toBeLessThan(1e-14);
    expect(zero).toMatchObject({ names: ['dW', 'db'], passed: [true, true], notes: [note] });
    expect(given(1e-9)).toMatchObject({ passed: [true, false], notes: [] });
    expect(given(1e-11)).toMatchObject({ passed: [true, false], notes: [] });
  });

  test('a small number whose last places are rounding passes, and has no note', () => {
    // Strictly 1e-11 does not: what is rounding in it is more than 1e-7 of it.
    const given = (db: number) =>
      holding(centred(2e-12), at, (params, X) => ({ dW: dWOf(params, X), db: [db] }));
    const found = given(1e-11);
    expect(Math.abs(found.oracle.db[0] / 1e-11 - 1)).toBeGreaterThan(1e-7);
    expect(found).toMatchObject({ passed: [true, true], notes: [] });
    expect(given(2e-11)).toMatchObject({ passed: [true, false], notes: [] });
  });

  test('beside it a wrong gradient stays wrong', () => {
    const found = holding(centred(0), at, (params, X) => ({
      dW: tf.mul(2, dWOf(params, X)),
      db: [0],
    }));
    expect(found).toMatchObject({ passed: [false, true], notes: [note] });
    expect(found.parameters[0].worst!.ratio).toBeCloseTo(2, 12);
  });

  test('what is more than rounding is measured by itself, also beside what is not', () => {
    const two = ({ W, b, c }: Tensors, X: Tensor) => centred(0)({ W, b: tf.add(b, c) }, X);
    const found = holding(two, { ...at, b: [0.3], c: [0.4] }, ({ W, b, c }, X) => ({
      dW: dWOf({ W, b: tf.add(b, c) }, X),
      ...{ db: [0], dc: [1e-9] },
    }));
    expect(found.passed).toEqual([true, true, false]);
    const [dc] = found.oracle.dc;
    expect(found.parameters[2].maxRelativeError).toBe(Math.abs(1e-9 - dc) / Math.abs(dc));
  });

  test('a floor that is asked for is the only one', () => {
    const floored = { relative: 1e-7, floor: 1e-12, share: 0 };
    const byHand = (params: Tensors, X: Tensor) => ({ dW: dWOf(params, X), db: [0] });
    const found = holding(centred(0), at, byHand, floored);
    expect(found).toMatchObject({ passed: [true, false], notes: [], passes: 0 });
  });

  test('a zero that comes out as rounding by hand: zero everywhere is all that is said', () => {
    const mean = ({ W, b }: Tensors, X: Tensor) => tf.add(tf.mul(W, X), tf.mul(0, b));
    const found = holding(mean, at, (_, X) => ({
      dW: tf.reshape(tf.sum(X), [1]),
      db: tf.reshape(tf.sum(tf.sub(X, tf.mean(X))), [1]),
    }));
    expect(found).toMatchObject({
      passed: [true, true],
      notes: ['db is zero everywhere (a dead relu?): the check says little about it.'],
    });
  });

  test('a gradient that is missing is said to be, and is no rounding', () => {
    const found = holding(centred(0), at, (params, X) => ({ dW: dWOf(params, X) }));
    expect(found).toMatchObject({ passed: [true, false], notes: [] });
    expect(found.parameters[1].problem).toBe('the backward pass does not return it');
  });
});

// max(0, x) has every slope from 0 to 1 at 0.
describe('a tie', () => {
  const relu = ({ W }: Tensors) => tf.relu(W);
  const at = { W: [0, 3, 0, -2] };
  const has =
    'The forward pass has 2 ties at this very point (Relu), where the cost has no derivative: the check cannot decide at a tie.';
  const others = 'TensorFlow.js takes another convention.';

  test.each([
    ["relu'(0) is the one from above", [1, 1, 1, 0]],
    ["relu'(0) is the mean of both sides", [0.5, 1, 0.5, 0]],
  ])('where %s', (convention, dW) => {
    const found = holding(relu, at, () => ({ dW }));
    expect(found.passed).toEqual([true]);
    expect(found.oracle.dW).toEqual(dW);
    expect(found.notes).toEqual([`${has} Your gradients hold where ${convention}; ${others}`]);
  });

  test("TensorFlow.js's own: another is spoken of, and no more passes are run than for one", () => {
    const found = holding(relu, at, () => ({ dW: [0, 1, 0, 0] }));
    expect(found).toMatchObject({ passed: [true], isHere: true, passes: 1 });
    expect(found.notes).toEqual([
      `${has} Another convention would be that relu'(0) is the one from above.`,
    ]);
  });

  test('what no convention gives is wrong, and is held against its own gradient', () => {
    const found = holding(relu, at, () => ({ dW: [7, 1, 7, 0] }));
    expect(found).toMatchObject({ passed: [false], isHere: true });
    expect(found.oracle.dW).toEqual([0, 1, 0, 0]);
    expect(found.notes).toEqual([
      `${has} Another convention would be that relu'(0) is the one from above.`,
    ]);
  });

  test('one convention for all elements', () => {
    expect(holding(relu, at, () => ({ dW: [1, 1, 0, 0] })).passed).toEqual([false]);
  });

  test('of two kernels each has its own', () => {
    const both = ({ W, b }: Tensors) => tf.add(tf.relu(W), tf.abs(b));
    const found = holding(both, { W: [0], b: [0] }, () => ({ dW: [1], db: [-1] }));
    expect(found.passed).toEqual([true, true]);
    expect(found.oracle).toEqual({ dW: [1], db: [-1] });
    expect(found.notes).toEqual([
      `The forward pass has 2 ties at this very point (Relu, Abs), where the cost has no derivative: the check cannot decide at a tie. Your gradients hold where relu'(0) is the one from above, |x|' at 0 is the one from below; ${others}`,
    ]);
  });

  test('the convention under which the most gradients hold; the other stays wrong', () => {
    const both = ({ W, b }: Tensors) => tf.add(tf.relu(W), tf.abs(b));
    const found = holding(both, { W: [0], b: [0] }, () => ({ dW: [1], db: [5] }));
    expect(found.passed).toEqual([true, false]);
    expect(found.oracle).toEqual({ dW: [1], db: [0] });
    expect(found.notes).toEqual([
      'db is zero everywhere (a dead relu?): the check says little about it.',
      `The forward pass has 2 ties at this very point (Relu, Abs), where the cost has no derivative: the check cannot decide at a tie. Your gradients hold where relu'(0) is the one from above; ${others}`,
    ]);
  });

  // d/dx max(0, x)² = 2 max(0, x) is 0 at 0 from both sides.
  test('that no gradient depends on is none', () => {
    const smooth = ({ W }: Tensors) => tf.square(tf.relu(W));
    const right = holding(smooth, { W: [0, 3] }, () => ({ dW: [0, 6] }));
    expect(right).toMatchObject({ passed: [true], notes: [], isHere: true });
    const wrong = holding(smooth, { W: [0, 3] }, () => ({ dW: [0, 3] }));
    expect(wrong).toMatchObject({ passed: [false], notes: [], isHere: true });
  });

  test('on which one gradient of two depends: both must hold by one convention', () => {
    const both = ({ W, b }: Tensors) => tf.add(tf.relu(W), tf.square(b));
    const found = holding(both, { W: [0], b: [2] }, () => ({ dW: [1], db: [4] }));
    expect(found.passed).toEqual([true, true]);
    expect(found.notes).toEqual([
      `The forward pass has 1 tie at this very point (Relu), where the cost has no derivative: the check cannot decide at a tie. Your gradients hold where relu'(0) is the one from above; ${others}`,
    ]);
  });

  test('the notes on a zero are those of the convention', () => {
    const dead = holding(relu, { W: [0] }, () => ({ dW: [0] }));
    expect(dead.notes[0]).toBe(
      'dW is zero everywhere (a dead relu?): the check says little about it.',
    );
    expect(holding(relu, { W: [0] }, () => ({ dW: [1] })).notes).toHaveLength(1);
  });
});
