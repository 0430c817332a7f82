import { describe, expect, test } from '@jest/globals';
import * as losses from '../../src/core/losses.js';
import { RandomState } from '../../src/core/random.js';
import { onEachBackend } from '../support/backends.js';
import { expectMatrix } from '../support/expectMatrix.js';
import {
  activationFormulas,
  column,
  columnByColumn,
  gradient,
  lossFormulas,
} from '../support/formulas.js';
import { build, type Rows, relativeError, toRows, toTensor } from '../support/matrices.js';

const all = Object.values(losses);

// Three outputs, seven samples.
const [nY, m] = [3, 7];
const random = new RandomState(6);
const ZL = build(nY, m, () => random.gauss());
const AL = columnByColumn(ZL, activationFormulas.sigmoid);

const oneHot = (() => {
  const classes = random.randint(0, nY, m);
  return build(nY, m, (i, j) => (classes[j] === i ? 1 : 0));
})();
const labels: Record<string, Rows> = {
  binaryCrossEntropy: build(nY, m, () => random.randint(0, 2, 1)[0]),
  categoricalCrossEntropy: oneHot,
  meanSquaredError: build(nY, m, () => random.gauss()),
};

test('each is exported under its own name, and has a formula and labels to be held to', () => {
  const names = Object.keys(losses).sort();
  expect(all.map(({ name }) => name).sort()).toEqual(names);
  expect(Object.keys(lossFormulas).sort()).toEqual(names);
  expect(Object.keys(labels).sort()).toEqual(names);
});

onEachBackend(() => {
  describe.each(all)('$name', ({ name, forward, backward, fused }) => {
    const formula = lossFormulas[name];
    const Y = labels[name];
    const mean = (A: Rows) =>
      A[0].reduce((sum, _, j) => sum + formula(column(A, j), column(Y, j)), 0) / m;

    test('forward is the mean of its formula over the samples', () => {
      const J = forward(toTensor(AL), toTensor(Y));
      expect(J.shape).toEqual([]);
      expect(relativeError(J.dataSync(), [mean(AL)])).toBeLessThanOrEqual(1e-6);
    });

    test('backward is m ∂J/∂AL', () => {
      const dAL = columnByColumn(AL, (a, j) => gradient((a) => formula(a, column(Y, j)), a));
      expectMatrix(backward(toTensor(AL), toTensor(Y)), dAL);
    });

    if (!fused) return;
    const outputs = columnByColumn(ZL, activationFormulas[fused.activation.name]);

    test('fused forward is its formula behind its activation', () => {
      const J = fused.forward(toTensor(ZL), toTensor(Y));
      expect(J.shape).toEqual([]);
      expect(relativeError(J.dataSync(), [mean(outputs)])).toBeLessThanOrEqual(1e-6);
    });

    test('fused backward is backward, then back through its activation', () => {
      const Z = toTensor(ZL);
      const A = fused.activation.forward(Z);
      const unfused = fused.activation.backward(backward(A, toTensor(Y)), { Z, A });
      expectMatrix(fused.backward(A, toTensor(Y)), toRows(unfused));
    });
  });

  // At ZL = ±200 every probability has rounded to 0 or 1; log of it would be infinite.
  test('binary cross-entropy behind a sigmoid is right where probabilities round to 0 and 1', () => {
    const cost = (z: number, y: number) =>
      losses.binaryCrossEntropy.fused!.forward(toTensor([[z]]), toTensor([[y]])).dataSync()[0];
    expect(cost(200, 0)).toBe(200); // log(1 + e^200)
    expect(cost(-200, 1)).toBe(200);
    expect(cost(200, 1)).toBeCloseTo(0, 12); // log(1 + e^-200)
    expect(cost(-200, 0)).toBeCloseTo(0, 12);
  });

  test('categorical cross-entropy behind a softmax is right there too', () => {
    const cost = (y: Rows) =>
      losses.categoricalCrossEntropy
        .fused!.forward(toTensor([[200], [-200], [0]]), toTensor(y))
        .dataSync()[0];
    expect(cost([[1], [0], [0]])).toBeCloseTo(0, 12); // 200 - 200
    expect(cost([[0], [1], [0]])).toBe(400); // 200 + 200
    expect(cost([[0], [0], [1]])).toBe(200); // 200 - 0
  });
});
