import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Activation } from '../../src/core/activation.js';
import { linear, relu, sigmoid, softmax, tanh } from '../../src/core/activations.js';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import { assertOutput } from '../../src/core/head.js';
import { assertLabels } from '../../src/core/labels.js';
import type { Loss } from '../../src/core/loss.js';
import {
  binaryCrossEntropy,
  categoricalCrossEntropy,
  meanSquaredError,
} from '../../src/core/losses.js';
import { anyBackend } from '../support/backends.js';
import { type Rows, toTensor } from '../support/matrices.js';

const head = (activation: Activation, loss: Loss, units = 1) => ({
  ...{ activation, loss, units, output: [units] },
});

describe('a loss takes what the output gives, or there is no network', () => {
  test.each<[Activation, Loss, number]>([
    [sigmoid, binaryCrossEntropy, 1],
    [sigmoid, binaryCrossEntropy, 3],
    [softmax, categoricalCrossEntropy, 2],
    [linear, meanSquaredError, 1],
    [relu, meanSquaredError, 1],
    [sigmoid, meanSquaredError, 1],
    [softmax, meanSquaredError, 3],
  ])('$name with $name is one', (activation, loss, units) => {
    expect(() => assertOutput(head(activation, loss, units))).not.toThrow();
  });

  test.each<[Activation, Loss, number, string]>([
    [softmax, categoricalCrossEntropy, 1, 'A softmax of one unit is always 1.'],
    [softmax, binaryCrossEntropy, 3, 'Take categoricalCrossEntropy, or end in sigmoid.'],
    [sigmoid, categoricalCrossEntropy, 3, 'Take binaryCrossEntropy, or end in softmax.'],
    [linear, binaryCrossEntropy, 1, 'Take meanSquaredError, or end in sigmoid or softmax.'],
    [
      tanh,
      binaryCrossEntropy,
      1,
      'binaryCrossEntropy takes a probability from each unit, and tanh gives any number.',
    ],
    [linear, categoricalCrossEntropy, 3, 'Take meanSquaredError'],
  ])('$name with $name is none', (activation, loss, units, message) => {
    const refused = () => assertOutput(head(activation, loss, units));
    expect(refused).toThrow(ValueError);
    expect(refused).toThrow(message);
  });
});

describe('labels', () => {
  beforeAll(anyBackend);
  const check =
    (Y: Rows, of: Parameters<typeof assertLabels>[1], hard = false) =>
    () =>
      assertLabels(toTensor(Y), of, { hard });
  const binary = head(sigmoid, binaryCrossEntropy);
  const three = head(softmax, categoricalCrossEntropy, 3);

  test.each<[string, Rows, Parameters<typeof assertLabels>[1]]>([
    ['0 and 1', [[0, 1, 1]], binary],
    ['soft ones', [[0.1, 0.9, 0.5]], binary],
    [
      'one-hot',
      [
        [1, 0],
        [0, 0],
        [0, 1],
      ],
      three,
    ],
    [
      'smoothed',
      [
        [0.8, 0.1],
        [0.1, 0.1],
        [0.1, 0.8],
      ],
      three,
    ],
    ['any number, of a regression', [[-3, 1e6]], head(linear, meanSquaredError)],
    ['0 and 1, of a squared error behind a sigmoid', [[0, 1]], head(sigmoid, meanSquaredError)],
  ])('%s are taken', (_, Y, of) => {
    expect(check(Y, of)).not.toThrow();
  });

  test.each<[string, Rows, Parameters<typeof assertLabels>[1], string]>([
    [
      '[1, 2] with a sigmoid',
      [[1, 2]],
      binary,
      'Y[0, 1] is 2; binaryCrossEntropy takes 0 and 1, and probabilities between. Number the two classes 0 and 1.',
    ],
    [
      '[0, 1, 2] in one row',
      [[0, 1, 2]],
      binary,
      'Y[0, 2] is 2; binaryCrossEntropy takes 0 and 1, and probabilities between. For classes 0, 1, 2 use oneHot(labels) with a softmax layer of 3 units and categoricalCrossEntropy.',
    ],
    ['-1 and 1', [[-1, 1]], binary, 'Y[0, 0] is -1; '],
    [
      'ten digits',
      [[3, 9, 0, 1]],
      binary,
      'For classes 0 to 9 use oneHot(labels) with a softmax layer of 10 units',
    ],
    [
      'prices',
      [[0.5, 1.5]],
      binary,
      'For numbers rather than classes end in linear, with meanSquaredError.',
    ],
    [
      'NaN',
      [[0, Number.NaN]],
      binary,
      'Y[0, 1] is NaN; binaryCrossEntropy takes 0 and 1, and probabilities between. Leave the sample out, or give it a label.',
    ],
    [
      '2, which no sigmoid gives',
      [
        [0, 1],
        [1, 2],
      ],
      head(sigmoid, meanSquaredError, 2),
      'Y[1, 1] is 2; meanSquaredError behind sigmoid takes 0 and 1',
    ],
    [
      'Infinity, of a regression',
      [[1, Number.POSITIVE_INFINITY]],
      head(linear, meanSquaredError),
      'Y[0, 1] is Infinity; meanSquaredError takes finite numbers.',
    ],
    [
      'two classes at once',
      [
        [1, 1],
        [0, 1],
        [0, 0],
      ],
      three,
      'column 1 of Y sums to 2. For one class a sample Y is oneHot(labels)',
    ],
    [
      'none of the classes',
      [
        [0, 1],
        [0, 0],
        [0, 0],
      ],
      three,
      'column 0 of Y sums to 0',
    ],
    [
      'a 2 in one-hot',
      [
        [2, 1],
        [0, 0],
        [0, 0],
      ],
      three,
      'Y[0, 0] is 2; categoricalCrossEntropy takes columns that sum to 1',
    ],
  ])('%s is refused, by its place and with the cure', (_, Y, of, message) => {
    expect(check(Y, of)).toThrow(ValueError);
    expect(check(Y, of)).toThrow(message);
  });

  test('indices behind a softmax are refused, and oneHot is offered', () => {
    expect(check([[0, 2, 1]], three)).toThrow(
      new ShapeError(
        'Y is (1, 3), and the network gives 3 rows: one for each output. For classes 0, 1, … it is oneHot(labels).',
      ),
    );
  });

  test('a count of right answers takes 0 and 1 alone', () => {
    expect(check([[0, 1]], binary, true)).not.toThrow();
    expect(check([[0, 0.4]], binary, true)).toThrow(
      'Y[0, 1] is 0.4; the accuracy counts classes, 0 and 1.',
    );
    expect(check([[0.8], [0.1], [0.1]], three, true)).toThrow(
      'the accuracy counts classes, 0 and 1.',
    );
  });
});
