import { describe, expect, test } from '@jest/globals';
import type { Card } from '../../../src/export/card.js';
import { inDigits, percent } from '../../../web/classify/answer.js';
import { cardLines, costs, inShort, worth } from '../../../web/classify/words.js';

const least = {
  classNames: ['other', 'cat'],
  preprocessing: { height: 64, width: 48, channels: 3 },
} as unknown as Card;
const full = {
  ...least,
  name: 'cats',
  layers: [9216, 20, 1],
  activations: ['relu', 'sigmoid'],
  dataSet: { name: 'pets', train: { m: 1209 }, test: { m: 50 } },
  accuracy: { train: 98.5645, test: 80 },
  hyperparameters: { learningRate: 0.0075 },
  costs: { '100': 0.5, '0': 0.7, '20': 0.6 },
} as unknown as Card;

test('what an answer is worth', () => {
  expect(worth(full)).toBe(
    'So says a network of 2 layers that learned from 1,209 pictures. It got 80 % of 50 test pictures right: expect it to be wrong on some of yours, even where it is sure.',
  );
  expect(worth(least)).toBe('So says a network. How often it is right, its card does not tell.');
  expect(worth(undefined)).toMatch(/has no card/);
});

test('a line in the list', () => {
  expect(inShort(full)).toBe('other or cat; 80 % of its test pictures right');
  expect(inShort(least)).toBe('other or cat');
  expect(inShort(undefined)).toBe('no card');
});

test('the lines of a card: what it says and no more', () => {
  expect(Object.fromEntries(cardLines(full))).toEqual({
    Name: 'cats',
    'Data set': 'pets',
    'Right on training pictures': '98.6 % of 1,209',
    'Right on test pictures': '80 % of 50',
    Classes: 'other, cat',
    Units: '9216 → 20 → 1',
    Activations: 'relu, sigmoid',
    'Learning rate': '0.0075',
    Pictures: '64 × 48, RGB',
  });
  expect(Object.fromEntries(cardLines(least))).toEqual({
    Classes: 'other, cat',
    Pictures: '64 × 48, RGB',
  });
});

test('grey pictures, many classes, and a table', () => {
  const grey = { ...least, preprocessing: { height: 8, width: 8, channels: 1 } } as unknown as Card;
  expect(cardLines(grey)).toContainEqual(['Pictures', '8 × 8, grey']);
  const many = { ...least, classNames: ['a', 'b', 'c', 'd', 'e'] } as unknown as Card;
  expect(inShort(many)).toBe('a, b, c and 2 more');
  const numbers = { task: 'regression', targetNames: ['price'] } as unknown as Card;
  expect(inShort(numbers)).toBe('price');
  expect(cardLines(numbers)).toEqual([['Classes', 'price']]);
});

test('costs come in the order of their iterations', () => {
  expect(costs(full)).toEqual([[0, 0.7], [20, 0.6], [100, 0.5]]); // biome-ignore format: a point each
  expect(costs(least)).toEqual([]);
});

describe('a card in which anything may stand', () => {
  const odd = [null, 3, 'text', [], {}, [null], { train: null, test: 'x' }, Number.NaN];
  const keys = [
    'name',
    'layers',
    'activations',
    'loss',
    'initializer',
    'seed',
    'hyperparameters',
    'dataSet',
    'costs',
    'accuracy',
    'versions',
  ];
  test.each(keys)('%s', (key) => {
    for (const value of odd) {
      const card = { ...full, [key]: value } as unknown as Card;
      const lines = [...cardLines(card).flat(), worth(card), inShort(card)];
      expect(lines.filter((said) => typeof said !== 'string')).toEqual([]);
      expect(
        costs(card)
          .flat()
          .filter((number) => !Number.isFinite(number)),
      ).toEqual([]);
    }
  });
});

test.each([
  [0.123456, '12.3 %'],
  [1, '100.0 %'],
  [0.99999, '> 99.9 %'],
  [0, '0.0 %'],
  [1e-6, '< 0.1 %'],
])('%d is written %s', (p, written) => {
  expect(percent(p)).toBe(written);
});

test.each([
  [0.994, '0.99'],
  [0.995, '> 0.99'],
  [0.999999, '> 0.99'],
  [1, '1.00'],
  [0.5, '0.50'],
])('%d in digits is %s', (p, written) => {
  expect(inDigits(p)).toBe(written);
});
