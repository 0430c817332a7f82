import { describe, expect, test } from '@jest/globals';
import { ValueError } from '../../src/core/errors.js';
import { assertOptions, inWords, type Names, nearest } from '../../src/core/options.js';

interface Options {
  readonly iterations?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly l2?: number;
}
const names: Names<Options> = {
  ...{ iterations: true, epochs: true, batchSize: true, learningRate: true, l2: true },
};
const check = (given: object) => () => assertOptions<Options>('fit', given, names);

test('known options, and none, pass', () => {
  expect(check({})).not.toThrow();
  expect(check({ iterations: 5, learningRate: undefined })).not.toThrow();
});

test.each([
  ['iteration', 'iterations'],
  ['itreations', 'iterations'],
  ['epoch', 'epochs'],
  ['Epochs', 'epochs'],
  ['n_epochs', 'epochs'],
  ['max_iter', 'iterations or epochs'],
  ['batch_size', 'batchSize'],
  ['batchsize', 'batchSize'],
  ['mini_batch_size', 'batchSize'],
  ['learning_rate', 'learningRate'],
  ['learning-rate', 'learningRate'],
  ['learnRate', 'learningRate'],
  ['lr', 'learningRate'],
  ['weight_decay', 'l2'],
])('%s: did you mean %s?', (given, meant) => {
  expect(check({ [given]: 1 })).toThrow(
    new ValueError(`fit: unknown option ${given}. Did you mean ${meant}?`),
  );
});

test('where nothing is near the options are listed', () => {
  expect(check({ verbose: true })).toThrow(
    'fit: unknown option verbose. The options are iterations, epochs, batchSize, learningRate, l2.',
  );
});

test.each<[unknown, string]>([
  [5, '5'],
  ['fast', "the string 'fast'"],
  [null, 'null'],
  [[1], 'an array'],
])('%j is no options object', (given, said) => {
  expect(check(given as object)).toThrow(
    `fit: the options are ${said}; give an object such as { iterations: … }.`,
  );
});

// TypeScript refuses a list of names that has drifted from its type.
test('the names are those of the type', () => {
  // @ts-expect-error one is missing
  const short: Names<Pick<Options, 'iterations' | 'epochs'>> = { iterations: true };
  // @ts-expect-error one is too many
  const long: Names<Pick<Options, 'epochs'>> = { epochs: true, epoch: true };
  expect([short, long]).toHaveLength(2);
});

describe('the nearest name', () => {
  test.each<[string, string[], string[]]>([
    ['lr', ['l2', 'learningRate'], ['learningRate']],
    ['lr', ['l2'], []],
    ['mse', ['binaryCrossEntropy', 'meanSquaredError'], ['meanSquaredError']],
    ['binary_crossentropy', ['binaryCrossEntropy', 'meanSquaredError'], ['binaryCrossEntropy']],
    ['adam', ['gradientDescent', 'momentum'], []],
    ['sgd', ['gradientDescent', 'momentum'], ['gradientDescent']],
    ['sigmod', ['sigmoid', 'softmax'], ['sigmoid']],
  ])('of %s among %j is %j', (word, known, expected) => {
    expect(nearest(word, known)).toEqual(expected);
  });
});

test('a value in words', () => {
  expect([Float32Array.of(1), {}, undefined, Math.sin, () => 1].map(inWords)).toEqual([
    ...['a Float32Array', 'an object', 'undefined', 'the function sin', 'a function'],
  ]);
});
