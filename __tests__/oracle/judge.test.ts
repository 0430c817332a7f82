import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { FLOAT64, tensor64 } from '../../src/float64/index.js';
import { compareGradients, float64Tolerance, type Tolerance } from '../../src/oracle/compare.js';
import type { CostOf } from '../../src/oracle/differences.js';
import type { Gathered } from '../../src/oracle/gather.js';
import { type DifferenceWishes, holdAgainstDifferences } from '../../src/oracle/judge.js';
import { scratch } from '../../src/oracle/scratch.js';
import type { Tensors } from '../../src/oracle/subject.js';
import type { Rows } from '../support/matrices.js';

// The one backend on which differences judge.
beforeAll(async () => {
  await tf.setBackend(FLOAT64);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** Powers of two: what is at the bound is so exactly. */
const strict: Tolerance = { relative: 0.125, floor: 0, share: 0 };

type Numbers = Readonly<Record<string, Rows>>;

interface Given {
  /** dJ/dθ of J = Σ g θ, which is what the cost does unless `costOf` is given. */
  readonly slopes: Numbers;
  readonly hand: Numbers;
  readonly autodiff: Numbers;
  readonly costOf?: CostOf;
  readonly J?: number;
  readonly tolerance?: Tolerance;
  readonly wishes?: DifferenceWishes;
}

/** J = Σ g θ. At θ = 0, with g a power of two, its differences are exact. */
const linear =
  (slopes: Numbers): CostOf =>
  (params) => {
    let J = 0;
    for (const [name, rows] of Object.entries(slopes)) {
      const values = params[name].dataSync();
      for (const [i, g] of rows.flat().entries()) J += g * values[i];
    }
    return J;
  };

/** What differences say at the point 0. */
function judge({
  slopes,
  hand,
  autodiff,
  costOf = linear(slopes),
  J = 0,
  tolerance = strict,
  wishes = { seconds: 60 }, // however busy the machine is
}: Given) {
  const tensors = (numbers: Numbers, prefix = '', factor = 1): Tensors =>
    Object.fromEntries(
      Object.entries(numbers).map(([name, rows]) => {
        const values = Float64Array.from(rows.flat(), (value) => factor * value);
        return [`${prefix}${name}`, tensor64(values, [rows.length, rows[0].length])];
      }),
    );
  return scratch(() => {
    const judged = tensors(slopes, '', 0);
    const gradients = { hand: tensors(hand, 'd'), oracle: tensors(autodiff, 'd') };
    const gathered = { J, judged, costOf, ...gradients } as Gathered;
    const reports = compareGradients(judged, gradients.hand, gradients.oracle, tolerance);
    const { oracle, ...rest } = holdAgainstDifferences(gathered, reports, wishes, tolerance);
    const read = Object.entries(oracle).map(([name, dW]) => [name, dW.arraySync()]);
    return { ...rest, dW: rest.parameters[0], oracle: Object.fromEntries(read) };
  });
}

describe('who is right', () => {
  const W = { W: [[1, 2]] };
  const double = { W: [[2, 4]] };
  const triple = { W: [[3, 6]] };
  const nobody = { forwardFaults: [], byDifferences: [], oracle: {} };
  const byDifferences = { forwardFaults: [], byDifferences: ['dW'], oracle: {} };
  const instead = { ...byDifferences, oracle: { dW: W.W } };

  test.each<[string, hand: Numbers, autodiff: Numbers, passed: boolean, outcome: object]>([
    ['all agree', W, W, true, nobody],
    ['the backward pass alone is wrong', double, W, false, nobody],
    ['the backward pass is missing', {}, W, false, nobody],
    ['autodiff alone is wrong', W, double, true, byDifferences],
    ['autodiff is missing', W, {}, true, byDifferences],
    // Two that agree against the cost: it is the forward pass, and no other gradient is to be had.
    ['both are wrong alike', double, double, false, { ...nobody, forwardFaults: ['dW'] }],
    // The backward pass is wrong by itself: the forward pass is not accused on top of it.
    ['both are wrong, each its own way', triple, double, false, instead],
    ['the backward pass is wrong, autodiff missing', double, {}, false, instead],
    [
      'wrong by autodiff, missing by hand',
      {},
      double,
      false,
      { ...instead, forwardFaults: ['dW'] },
    ],
    ['both are missing', {}, {}, false, { ...instead, forwardFaults: ['dW'] }],
  ])('%s', (_, hand, autodiff, passed, outcome) => {
    const { dW, forwardFaults, byDifferences, oracle } = judge({ slopes: W, hand, autodiff });
    expect(dW.passed).toBe(passed);
    expect({
      forwardFaults: [...forwardFaults],
      byDifferences: [...byDifferences],
      oracle,
    }).toEqual(outcome);
  });

  test('one parameter after the other, each by its own differences', () => {
    const { parameters, forwardFaults } = judge({
      slopes: { W: [[1, 2]], b: [[4]] },
      hand: { W: [[1, 2]], b: [[8]] },
      autodiff: { W: [[1, 2]], b: [[8]] },
    });
    expect(parameters.map(({ name, passed }) => [name, passed])).toEqual([
      ['dW', true],
      ['db', false],
    ]);
    expect([...forwardFaults]).toEqual(['db']);
  });

  test('where autodiff is wrong, what was said against the gradient by it is taken back', () => {
    const { dW } = judge({ slopes: W, hand: W, autodiff: { W: [[1, 4]] } });
    expect(dW).toMatchObject({ passed: true, wrong: 0 });
    expect(dW.maxRelativeError).toBe(dW.comparisons.handToDifferences);
    expect(dW.maxRelativeError).toBeCloseTo(0, 9);
    expect(dW.maxAbsoluteError).toBeCloseTo(0, 9); // and not |2 - 4|
    for (const against of ['pattern', 'problem', 'worst', 'errors']) {
      expect(dW).not.toHaveProperty(against);
    }
  });

  test.each<[string, hand: Numbers, autodiff: Numbers, problem: string]>([
    ['missing, autodiff wrong', {}, double, 'the backward pass does not return it'],
    ['missing, autodiff too', {}, {}, 'the backward pass does not return it'],
    ['of another shape', { W: [[1], [2]] }, double, 'it is (2, 1), but W is (1, 2)'],
    ['of another shape, autodiff missing', { W: [[1], [2]] }, {}, 'it is (2, 1), but W is (1, 2)'],
  ])('a gradient that is %s: that is said', (_, hand, autodiff, problem) => {
    const { dW } = judge({ slopes: W, hand, autodiff });
    expect(dW).toMatchObject({ passed: false, problem, wrong: 2 });
  });

  test('a gradient that is wrong besides is measured by the differences', () => {
    const { dW } = judge({ slopes: W, hand: { W: [[1, 6]] }, autodiff: { W: [[5, 5]] } });
    expect(dW).toMatchObject({ wrong: 1, worst: { index: [0, 1], hand: 6 } });
    expect(dW.worst!.oracle).toBeCloseTo(2, 9);
  });

  test('the three comparisons, each by what it was measured against', () => {
    const { comparisons } = judge({ slopes: W, hand: triple, autodiff: double }).dW;
    expect(comparisons.handToDifferences).toBeCloseTo(2, 9); // (3 - 1) / 1
    expect(comparisons.autodiffToDifferences).toBeCloseTo(1, 9); // (2 - 1) / 1
    const missing = judge({ slopes: W, hand: {}, autodiff: W }).dW.comparisons;
    expect(missing.handToDifferences).toBeUndefined();
  });

  test('a gradient of another shape is held against nothing', () => {
    const hand = { W: [[1], [2]] };
    const { dW } = judge({ slopes: W, hand, autodiff: W });
    expect(dW).toMatchObject({ passed: false, problem: 'it is (2, 1), but W is (1, 2)' });
    expect(dW.comparisons.handToDifferences).toBeUndefined();
    expect(dW.comparisons.autodiffToDifferences).toBeCloseTo(0, 9);
  });

  test('an error at the bound is right, and one above it is not', () => {
    const { dW } = judge({ slopes: { W: [[1]] }, hand: { W: [[1]] }, autodiff: { W: [[1.125]] } });
    expect(dW).toMatchObject({ passed: true, comparisons: { autodiffToDifferences: 0.125 } });
    const above = { slopes: { W: [[1]] }, hand: { W: [[1.1875]] }, autodiff: { W: [[1.1875]] } };
    expect([...judge(above).forwardFaults]).toEqual(['dW']);
    const at = { slopes: { W: [[1]] }, hand: { W: [[1.125]] }, autodiff: { W: [[1.125]] } };
    expect(judge(at)).toMatchObject({ dW: { passed: true }, byDifferences: new Set() });
  });
});

// |dJ| ≤ relative · floor is as good as zero: 0.125 · 4 = 0.5.
describe('the cost does not depend on W, says autodiff', () => {
  const tolerance = { relative: 0.125, floor: 4, share: 0 };
  const judged = (W: Rows, hand: Numbers) =>
    judge({ slopes: { W }, hand, autodiff: {}, tolerance });

  test('nor by differences: so it is, whatever there is by hand', () => {
    for (const hand of [{ W: [[0.5, -0.5]] }, {}] as Numbers[]) {
      const { dW, byDifferences, forwardFaults } = judged([[0.5, -0.5]], hand);
      expect(dW).toMatchObject({ passed: false, problem: 'the cost does not depend on W' });
      expect([...byDifferences, ...forwardFaults]).toEqual([]);
    }
  });

  test.each([[[[0, 1]]], [[[-1, 0]]]])('but it does on one element: %j', (W) => {
    const { dW, byDifferences } = judged(W, { W });
    expect(dW.passed).toBe(true);
    expect('problem' in dW).toBe(false);
    expect([...byDifferences]).toEqual(['dW']);
  });
});

describe('what a difference is measured by', () => {
  // A slope of 0 against half of the floor: 0.5.
  test.each([
    [0, 1e-3],
    [5, 1e-3],
    [1000, 0.1],
    [-1000, 0.1],
  ])('at a cost of %d: %d', (J, floor) => {
    const hand = { W: [[floor / 2]] };
    const { dW } = judge({ slopes: { W: [[0]] }, hand, autodiff: { W: [[0]] }, J });
    expect(dW.comparisons.handToDifferences).toBeCloseTo(0.5, 12);
  });

  test('the floor that was asked for, whatever the cost', () => {
    const tolerance = { ...strict, floor: 2 };
    const given = { slopes: { W: [[0]] }, hand: { W: [[1]] }, autodiff: { W: [[0]] } };
    const { dW } = judge({ ...given, J: 1e6, tolerance });
    expect(dW.comparisons.handToDifferences).toBe(0.5);
  });

  // Below 10 · relative · floor: 10 · 0.125 · 4 = 5.
  test.each([
    [4.75, true],
    [-4.75, true],
    [5, false],
    [0, false], // there is nothing to be seen
  ])('dW = %d is too small for them: %p', (slope, isTooSmall) => {
    const W = { W: [[slope]] };
    const tolerance = { relative: 0.125, floor: 4, share: 0 };
    const { tooSmall } = judge({ slopes: W, hand: W, autodiff: W, tolerance });
    expect(tooSmall).toEqual(isTooSmall ? ['dW'] : []);
  });
});

/** J(θ) = θ, and 2 θ close by: the coarse step sees a slope of 1, the steps of h/8 and h/64 one of 2. */
describe('a cost that bends within the step: the finer one decides', () => {
  const bent: CostOf = ({ W }) => {
    const [theta] = W.dataSync();
    return Math.abs(theta) < 1e-4 ? 2 * theta : theta;
  };
  const errors = (hand: number, autodiff: number, wishes: DifferenceWishes = { seconds: 60 }) => {
    const given = { slopes: { W: [[1]] }, costOf: bent, wishes };
    const { comparisons } = judge({
      ...given,
      hand: { W: [[hand]] },
      autodiff: { W: [[autodiff]] },
    }).dW;
    return [comparisons.handToDifferences, comparisons.autodiffToDifferences];
  };

  test('where neither gradient agrees with the coarse one', () => {
    expect(errors(2, 2)).toEqual([0, 0]);
    expect(errors(4, 2)).toEqual([1, 0]);
  });

  test('not where one of them does, up to the bound', () => {
    expect(errors(1, 2)).toEqual([0, 1]);
    expect(errors(2, 1)).toEqual([1, 0]);
    expect(errors(1.125, 2)).toEqual([0.125, 1]);
    expect(errors(2, 1.125)).toEqual([1, 0.125]);
  });

  test('not where the step was asked for', () => {
    expect(errors(2, 2, { h: 3e-4, seconds: 60 })).toEqual([1, 1]);
    expect(errors(2, 2, { h: 3e-5, seconds: 60 })).toEqual([0, 0]); // fine enough by itself
  });

  test('not where there is no gradient to ask it for', () => {
    const { oracle } = judge({ slopes: { W: [[1]] }, costOf: bent, hand: {}, autodiff: {} });
    expect(oracle).toEqual({ dW: [[1]] });
  });

  // The coarse formula of sin(k θ) at 0 gives (8 sin kh - sin 2kh) / 6h, k (1 - (kh)⁴/30) in short.
  test('a wave of a length of 0.01 passes by its own slope', () => {
    const W = { W: [[0.6]] };
    const costOf: CostOf = ({ W }) => 1e-3 * Math.sin(600 * W.dataSync()[0]);
    const given = { slopes: W, hand: W, autodiff: W, costOf, tolerance: float64Tolerance };
    expect(judge(given)).toMatchObject({ dW: { passed: true }, forwardFaults: new Set() });
    const asked = judge({ ...given, wishes: { h: 3e-4, seconds: 60 } });
    expect([...asked.forwardFaults]).toEqual(['dW']);
    expect(asked.dW.comparisons.handToDifferences).toBeCloseTo(0.18 ** 4 / 30, 6);
  });

  // Between h/8 and 2h/8, and between h/64 and 2h/64, lies a step: there the formula means nothing.
  test('with a kink within each finer step the coarse one stands', () => {
    const kinks = [5e-5, 7e-6].map((at) => at * at);
    const costOf: CostOf = (params) => {
      tf.step(tf.sub(tf.square(params.W), tensor64(kinks)));
      return bent(params);
    };
    const W = { W: [[2]] };
    const { dW } = judge({ slopes: { W: [[1]] }, hand: W, autodiff: W, costOf });
    expect(dW.comparisons).toMatchObject({ handToDifferences: 1, autodiffToDifferences: 1 });
  });
});

describe('how much is taken', () => {
  const ones = (n: number): Rows => [Array<number>(n).fill(1)];
  /** Of W, and of one b. */
  const counts = (n: number, wishes: DifferenceWishes = { seconds: 60 }) => {
    const slopes = { W: ones(n), b: ones(1) };
    const { elements, directions } = judge({ slopes, hand: slopes, autodiff: slopes, wishes });
    return { elements, directions };
  };

  // The b is an element more.
  test.each([
    [999, 1000, 0],
    [1000, 8 + 1, 1],
    [49_999, 8 + 1, 1],
    [50_000, 0, 2],
  ])('of %d elements and a b: %d elements, %d directions', (n, elements, directions) => {
    expect(counts(n)).toEqual({ elements, directions });
  });

  test('so many elements of each parameter as were asked for', () => {
    expect(counts(4, { samples: 3 })).toEqual({ elements: 3 + 1, directions: 1 });
  });

  test('eight directions where there is a gradient that autodiff does not give', () => {
    const slopes = { W: ones(3), b: ones(3) };
    const given = { slopes, hand: slopes, wishes: { samples: 1, seconds: 60 } };
    expect(judge({ ...given, autodiff: slopes }).directions).toBe(2);
    expect(judge({ ...given, autodiff: { W: slopes.W } }).directions).toBe(16);
  });

  test('a kink within reach is counted as skipped', () => {
    const costOf: CostOf = ({ W }) => tf.sum(tf.relu(W)).dataSync()[0];
    const W = { W: [[0]] };
    const { skipped, elements } = judge({ slopes: W, hand: W, autodiff: W, costOf });
    expect({ skipped, elements }).toEqual({ skipped: 1, elements: 0 });
  });

  // Two elements and a direction are three numbers, but not the three of W.
  test('of a part of the elements no gradient is made', () => {
    const { dW, oracle, byDifferences, forwardFaults } = judge({
      slopes: { W: [[1, 2, 4]] },
      hand: { W: [[3, 6, 12]] },
      autodiff: { W: [[2, 4, 8]] },
      wishes: { samples: 2, seconds: 60 },
    });
    expect(dW).toMatchObject({ passed: false, worst: { hand: 3, oracle: 2 } });
    expect({ oracle, byDifferences, forwardFaults }).toEqual({
      oracle: {},
      byDifferences: new Set(),
      forwardFaults: new Set(),
    });
  });

  // Four costs an element, a quarter of a second each; the time is looked at after every element.
  test.each<[DifferenceWishes, elements: number, stopped: boolean]>([
    [{}, 3, true], // two seconds
    [{ samples: 6 }, 6, false],
    [{ seconds: 4 }, 5, true],
    [{ samples: 6, seconds: 4 }, 5, true],
    [{ seconds: 0 }, 1, true],
  ])('of six elements, a second each, with %j: %d', (wishes, elements, stopped) => {
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    const slopes = { W: ones(6) };
    const costOf: CostOf = (params) => {
      now += 250;
      return linear(slopes)(params);
    };
    const given = { slopes, hand: slopes, autodiff: slopes, costOf, wishes };
    const judged = judge(given);
    expect([judged.elements, judged.stopped]).toEqual([elements, stopped]);
    expect(judged.directions).toBe(Number(stopped)); // it stands for those that are left
  });
});
