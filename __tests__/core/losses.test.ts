import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { sigmoid, softmax } from '../../src/core/activations.js';
import { type Loss, outputsOf } from '../../src/core/loss.js';
import * as losses from '../../src/core/losses.js';
import { RandomState } from '../../src/core/random.js';
import { tensor } from '../../src/core/tensors.js';
import { useBackend } from '../../src/runtime/backends.js';
import { onEachBackend } from '../support/backends.js';
import { expectMatrix } from '../support/expectMatrix.js';
import {
  activationFormulas,
  column,
  columnByColumn,
  gradient,
  lossFormulas,
} from '../support/formulas.js';
import { golden } from '../support/goldens.js';
import { boundOn } from '../support/layerGoldens.js';
import { build, type Rows, relativeError, toRows, toTensor } from '../support/matrices.js';

const all: readonly Loss[] = Object.values(losses);

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
  sparseCategoricalCrossEntropy: [oneHot[0].map((_, j) => column(oneHot, j).indexOf(1))],
  meanSquaredError: build(nY, m, () => random.gauss()),
  meanAbsoluteError: build(nY, m, () => random.gauss()),
  huber: build(nY, m, () => 2 * random.gauss()),
  hinge: build(nY, m, () => 2 * random.randint(0, 2, 1)[0] - 1),
};

test('each is exported under its own name, and has a formula and labels to be held to', () => {
  const names = Object.keys(losses).sort();
  expect(all.map(({ name }) => name).sort()).toEqual(names);
  expect(Object.keys(lossFormulas).sort()).toEqual(names);
  expect(Object.keys(labels).sort()).toEqual(names);
});

interface LossCase {
  readonly name: string;
  readonly kind: keyof typeof makers;
  readonly config: object;
  readonly Z?: Rows;
  readonly A?: Rows;
  readonly Y: Rows | number[];
  readonly J: number;
  readonly dZ?: Rows;
  readonly dA?: Rows;
}
const { losses: cases } = golden<{ losses: LossCase[] }>('layers');

const makers: Record<string, (options?: never) => Loss> = {
  binaryCrossEntropy: losses.binaryCrossEntropy,
  categoricalCrossEntropy: losses.categoricalCrossEntropy,
  sparseCategoricalCrossEntropy: () => losses.sparseCategoricalCrossEntropy,
  huber: losses.huber,
  hinge: () => losses.hinge,
  meanAbsoluteError: () => losses.meanAbsoluteError,
};

/** A case: hinge's Z is its output. */
function read({ kind, config, Z, A, Y, J, dZ, dA }: LossCase) {
  const made: Loss = makers[kind](config as never);
  const labels = (typeof Y[0] === 'number' ? [Y] : Y) as Rows;
  return {
    made,
    ZL: toTensor(Z ?? A!),
    AL: toTensor(A ?? Z!),
    Y: toTensor(labels),
    J: tensor([J], []),
    dZ: toTensor(dZ ?? dA!),
    m: labels[0].length,
  };
}

/** The largest |a - b| / max(1, |b|). */
function deviation(actual: tf.Tensor, expected: tf.Tensor): number {
  const [a, b] = [actual.dataSync(), expected.dataSync()];
  expect(a).toHaveLength(b.length);
  const errors = Array.from(b, (value, i) => Math.abs(a[i] - value) / Math.max(1, Math.abs(value)));
  return errors.every(Number.isFinite) ? Math.max(...errors) : Number.POSITIVE_INFINITY;
}

onEachBackend((backend) => {
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

  describe.each(cases)('$kind, $name, as PyTorch has it', (one) => {
    test('J and its gradient, fused and alone', () => {
      tf.tidy(() => {
        const bound = boundOn(backend);
        const { made, ZL, AL, Y, J, dZ, m } = read(one);
        const close = (actual: tf.Tensor, expected: tf.Tensor) => {
          expect(actual.shape).toEqual(expected.shape);
          expect(deviation(actual, expected)).toBeLessThanOrEqual(bound);
        };
        const expected = tf.mul(dZ, m);
        if (!made.fused) {
          close(made.forward(AL, Y), J);
          return close(made.backward(AL, Y), expected);
        }
        const A = made.fused.activation.forward(ZL);
        close(made.fused.forward(ZL, Y), J);
        close(made.fused.backward(A, Y), expected);
        if (one.name.startsWith('far out')) return; // A is 0 or 1, and its logarithm infinite
        close(made.forward(AL, Y), J);
        close(made.fused.activation.backward(made.backward(A, Y), { Z: ZL, A }), expected);
      });
    });

    // The same numbers as positions of two samples are a mean over the positions too.
    test('as a sequence (m, T, n_y), the mean is over the positions too', () => {
      tf.tidy(() => {
        const { made, ZL, AL, Y, J, dZ, m: T } = read(one);
        const [m, bound] = [2, boundOn(backend)];
        const sequence = (M: tf.Tensor) => {
          const rows = tf.transpose(M); // (T, n_y)
          return tf.stack([rows, rows]); // (m, T, n_y)
        };
        const labels = made.labels ? tf.squeeze(sequence(Y), [2]) : sequence(Y);
        const [Z, A] = [sequence(ZL), sequence(AL)];
        const { forward, backward } = made.fused ?? made;
        expect(deviation(forward(made.fused ? Z : A, labels), J)).toBeLessThanOrEqual(bound);
        // Per sample: m dJ/dZ, where each of the m T positions has 1/m of what it had among T.
        const per = backward(A, labels);
        expect(per.shape).toEqual([m, T, outputsOf(per)]);
        expect(deviation(per, sequence(dZ))).toBeLessThanOrEqual(bound);
      });
    });
  });

  test('an output of one position has the cost and gradient of a matrix', () => {
    tf.tidy(() => {
      for (const made of all) {
        const [A, Y] = [toTensor(AL), toTensor(labels[made.name])];
        const each = (M: tf.Tensor) => tf.expandDims(tf.transpose(M), 1); // (m, 1, n_y)
        const classes = (M: tf.Tensor) => (made.labels ? tf.squeeze(each(M), [2]) : each(M));
        const bound = boundOn(backend);
        expect(
          deviation(made.forward(each(A), classes(Y)), made.forward(A, Y)),
        ).toBeLessThanOrEqual(bound);
        const dA = made.backward(each(A), classes(Y));
        expect(deviation(dA, each(made.backward(A, Y)))).toBeLessThanOrEqual(bound);
      }
    });
  });

  test('hinge takes 0 for -1', () => {
    tf.tidy(() => {
      const A = toTensor([[0.3, -0.3, 2, -2]]);
      const [signs, classes] = [toTensor([[1, -1, -1, 1]]), toTensor([[1, 0, 0, 1]])];
      const { forward, backward } = losses.hinge;
      expect(toRows(backward(A, classes))).toEqual(toRows(backward(A, signs)));
      expect(forward(A, classes).dataSync()[0]).toBe(forward(A, signs).dataSync()[0]);
      expect(forward(A, classes).dataSync()[0]).toBeCloseTo((0.7 + 0.7 + 3 + 3) / 4, 6);
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

test('a loss made with options is behind the same activation', () => {
  expect(losses.binaryCrossEntropy({ labelSmoothing: 0.1 }).fused!.activation).toBe(sigmoid);
  expect(losses.categoricalCrossEntropy({ labelSmoothing: 0.1 }).fused!.activation).toBe(softmax);
  expect(losses.binaryCrossEntropy.fused!.activation).toBe(sigmoid);
  expect(losses.sparseCategoricalCrossEntropy.fused!.activation).toBe(softmax);
});

test('options, checked and kept', () => {
  const { binaryCrossEntropy, categoricalCrossEntropy, huber } = losses;
  expect(binaryCrossEntropy({ labelSmoothing: 0.1 }).config).toEqual({ labelSmoothing: 0.1 });
  expect(categoricalCrossEntropy({ labelSmoothing: 0.2 }).name).toBe('categoricalCrossEntropy');
  expect(huber({ delta: 2 }).config).toEqual({ delta: 2 });
  expect(huber.config).toEqual({ delta: 1 });
  expect(() => huber({ delta: 0 })).toThrow('huber: delta is 0; give a number above 0.');
  expect(() => binaryCrossEntropy({ labelSmoothing: 1 })).toThrow(
    'binaryCrossEntropy: labelSmoothing is 1; give a share from 0 to below 1.',
  );
  expect(() => categoricalCrossEntropy({ smoothing: 0.1 } as object)).toThrow(
    'categoricalCrossEntropy: unknown option smoothing.',
  );
});

describe('planted in the gradients, and seen by PyTorch', () => {
  beforeAll(async () => {
    await useBackend('float64');
  });

  type Wrong = (right: tf.Tensor, AL: tf.Tensor, Y: tf.Tensor) => tf.Tensor;
  const mistakes: Record<string, Wrong> = {
    'the sign': (right) => tf.neg(right),
    '1/m once more': (right, AL) => tf.div(right, AL.shape[1]!),
    'the first output left out': (right) =>
      tf.concat([tf.zerosLike(tf.slice(right, [0], [1])), tf.slice(right, [1])]),
    'the labels for the gradient': (right, _, Y) => (Y.size === right.size ? Y : tf.mul(right, 2)),
    'a tenth of the output too much': (right, AL) => tf.add(right, tf.mul(0.1, AL)),
  };
  const kinds = Object.keys(makers) as (keyof typeof makers)[];
  test.each(kinds.flatMap((kind) => Object.keys(mistakes).map((name) => [kind, name] as const)))(
    '%s: %s',
    (kind, name) => {
      const seen = cases
        .filter((one) => one.kind === kind)
        .map((one) =>
          tf.tidy(() => {
            const { made, ZL, AL, Y, dZ, m } = read(one);
            const A = made.fused ? made.fused.activation.forward(ZL) : AL;
            const right = (made.fused ?? made).backward(A, Y);
            return deviation(mistakes[name](right, A, Y), tf.mul(dZ, m));
          }),
        );
      expect(Math.max(...seen)).toBeGreaterThan(1e-3);
    },
  );
});
