import { describe, expect, test } from '@jest/globals';
import { InvalidArgumentError } from 'commander';
import {
  activationOption,
  fileName,
  layersOption,
  listOf,
  numberAbove,
  oneOf,
  wholeNumber,
} from '../../src/cli/options.js';

const layers = (text: string) => layersOption().parseArg!(text, []);
const activation = (text: string) => activationOption().parseArg!(text, undefined);

describe('what is taken', () => {
  test.each([
    ['20,7,5', [20, 7, 5]],
    ['1', [1]],
    ['3, 2', [3, 2]],
  ])('--layers %j', (text, sizes) => expect(layers(text)).toEqual(sizes));

  test.each([
    ['leakyRelu', 'leakyRelu'],
    ['leaky-relu', 'leakyRelu'],
    ['leaky_relu', 'leakyRelu'],
    ['TANH', 'tanh'],
  ])('--activation %s', (text, expected) => expect(activation(text)).toBe(expected));

  test('numbers within their bounds', () => {
    expect([wholeNumber(0, 9)('0'), wholeNumber(0, 9)('9'), wholeNumber(1)('2500')]).toEqual([
      0, 9, 2500,
    ]);
    expect([numberAbove(0)('0.0075'), numberAbove(0)('1e-9')]).toEqual([0.0075, 1e-9]);
  });
});

test('lists, names and paths of files', () => {
  expect(listOf(numberAbove(0))('0.1,1e2')).toEqual([0.1, 100]);
  expect(oneOf(['a', 'b'])('b')).toBe('b');
  expect(fileName('report/page.html')).toBe('report/page.html');
});

describe('what is refused', () => {
  test.each(['', 'c', 'toString', 'A'])('a name %j', (text) =>
    expect(() => oneOf(['a', 'b'])(text)).toThrow('Choose from a, b.'),
  );

  test.each(['', ' ', 'report/', 'report\\'])('the path of a file %j', (text) =>
    expect(() => fileName(text)).toThrow('Use the path of a file.'),
  );

  test.each(['', ',', '20,', '20,,5', '0', '-3', '2.5', 'a,b', '20;7'])('--layers %j', (text) =>
    expect(() => layers(text)).toThrow(InvalidArgumentError),
  );

  test.each(['', 'nope', 'toString', 'rel'])('--activation %j', (text) =>
    expect(() => activation(text)).toThrow(InvalidArgumentError),
  );

  test.each(['', ' ', '-1', '10', '1.5', '1e400', 'NaN', '3 4'])('a whole number %j', (text) =>
    expect(() => wholeNumber(0, 9)(text)).toThrow('Use a whole number from 0 to 9.'),
  );

  test.each(['', '0', '-1', 'Infinity', 'NaN', 'fast'])('a number above 0: %j', (text) =>
    expect(() => numberAbove(0)(text)).toThrow('Use a number above 0.'),
  );
});
