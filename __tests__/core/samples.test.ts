import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import { assertFinite, assertMatrix, fromRows, oneHot } from '../../src/core/samples.js';
import { onEachBackend } from '../support/backends.js';
import { build, toRows, toTensor } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';

onEachBackend(() => {
  test('fromRows puts samples in columns: arrays, typed arrays, a list of numbers', () => {
    const X = [
      [1, 3, 5],
      [2, 4, 6],
    ];
    expect(
      toRows(
        fromRows([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
      ),
    ).toEqual(X);
    expect(toRows(fromRows([Int8Array.of(1, 2), [3, 4], Float64Array.of(5, 6)]))).toEqual(X);
    expect(toRows(fromRows([0, 1, 1]))).toEqual([[0, 1, 1]]);
    expect(toRows(fromRows(Uint8Array.of(0, 1, 1)))).toEqual([[0, 1, 1]]);
  });

  test('fromRows refuses ragged rows and what is no number, by the row', () => {
    const rows = (given: unknown) => () => fromRows(given as number[][]);
    expectFlatMemory(() => {
      expect(rows([[1, 2], [3]])).toThrow(
        new ShapeError(
          'fromRows: rows[1] has 1 numbers, but rows[0] has 2: each sample needs the same features.',
        ),
      );
      expect(rows([[1, 2], 3])).toThrow('rows[1] has no numbers');
      expect(
        rows([
          [1, 2],
          [3, '4'],
        ]),
      ).toThrow(new ValueError("fromRows: rows[1][1] is the string '4'; give a number."));
      expect(rows([1, undefined, 2])).toThrow('fromRows: rows[1] is undefined');
      expect(rows([])).toThrow('fromRows: rows is empty; give an array');
      expect(rows('1,2')).toThrow("fromRows: rows is the string '1,2'");
      expect(rows(null)).toThrow(ShapeError);
    });
  });

  test('oneHot puts a 1 in the row of the label, as tf.oneHot does', () => {
    const labels = [2, 0, 1, 2];
    const theirs = tf.tidy(() => tf.transpose(tf.oneHot(labels, 3)).arraySync());
    expect(toRows(oneHot(labels))).toEqual(theirs);
    expect(toRows(oneHot(Uint8Array.from(labels), 4))).toEqual([
      ...(theirs as number[][]),
      [0, 0, 0, 0],
    ]);
  });

  test.each<[unknown, number | undefined, string]>([
    [[0, -1], undefined, 'oneHot: labels[1] is -1; classes are 0 1, 2, ….'],
    [[0, 1.5], undefined, 'oneHot: labels[1] is 1.5'],
    [[0, Number.NaN], 3, 'oneHot: labels[1] is NaN'],
    [['cat', 'dog'], undefined, "oneHot: labels[0] is the string 'cat'"],
    [[0, 3], 3, 'oneHot: labels[1] is 3; classes are 0 to 2.'],
    [[0, 0], undefined, 'oneHot: classes is 1; give a whole number from 2.'],
    [[0, 1], 2.5, 'oneHot: classes is 2.5; give a whole number from 2.'],
    [[], undefined, 'oneHot: labels is empty'],
    [2, undefined, 'oneHot: labels is 2; give an array'],
  ])('oneHot of %j in %p classes is refused', (labels, classes, message) => {
    expectFlatMemory(() => {
      expect(() => oneHot(labels as number[], classes)).toThrow(message);
    });
  });
});

onEachBackend(() => {
  const withValue = (value: number) =>
    toTensor(build(3, 4, (i, j) => (i === 2 && j === 1 ? value : i + j)));

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    '%p is named by its row and column',
    (value) => {
      expect(() => assertFinite('X', withValue(value))).toThrow(
        new ValueError(
          `X[2, 1] is ${value} (row, sample). Leave the sample out, or put a number there.`,
        ),
      );
    },
  );

  test('numbers whose sum alone is too large pass', () => {
    expect(() => assertFinite('X', toTensor([[3e38, 3e38]]))).not.toThrow();
  });
});

describe('what is no matrix is refused with a sentence that offers fromRows and oneHot', () => {
  onEachBackend(() => {
    const gone = () => {
      const X = toTensor([[1]]);
      X.dispose();
      return X;
    };
    test.each<[string, () => unknown, string]>([
      [
        'nested arrays',
        () => [[1, 2]],
        'X is an array; give a matrix, with samples in columns: fromRows(rows)',
      ],
      ['a typed array', () => Float32Array.of(1), 'X is a Float32Array; give a matrix'],
      ['a vector', () => tf.tensor1d([1, 2]), 'X is a tensor of shape (2); give a matrix'],
      ['rank 3', () => tf.zeros([1, 2, 3]), 'X is a tensor of shape (1, 2, 3); give a matrix'],
      ['nothing', () => undefined, 'X is undefined; give a matrix'],
      [
        'int32',
        () => tf.tensor2d([[1]], [1, 1], 'int32'),
        "X is int32; take tf.cast(X, 'float32').",
      ],
      [
        'bool',
        () => tf.tensor2d([[true]], [1, 1], 'bool'),
        "X is bool; take tf.cast(X, 'float32').",
      ],
      ['one that is gone', gone, 'X was disposed; keep it'],
    ])('%s', (_, make, message) => {
      const value = make();
      expect(() => assertMatrix('X', value)).toThrow(ShapeError);
      expect(() => assertMatrix('X', value)).toThrow(message);
      if (value instanceof tf.Tensor) value.dispose();
    });
  });
});
