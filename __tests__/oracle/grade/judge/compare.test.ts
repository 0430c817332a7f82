import { expect, test } from '@jest/globals';
import { differencesFrom } from '../../../../src/oracle/grade/judge/compare.js';
import { numbers, pass } from './submission.js';

const dW = numbers([1, -2, 4], [1, 3]);
const reference = pass(2, { dW });
const against = (got: ReturnType<typeof pass>, isLayer = false) =>
  differencesFrom(reference, got, isLayer);
const scaled = (factor: number) =>
  numbers(
    dW.values.map((value) => factor * value),
    [1, 3],
  );

test('nothing differs, but for rounding, and gradients beyond those of the reference', () => {
  expect(against(reference)).toEqual([]);
  expect(against(pass(2 + 1e-12, { dW: scaled(1 + 1e-12), db: numbers([7]) }))).toEqual([]);
});

test('another cost is said with both numbers, to six digits', () => {
  expect(against(pass(1 / 3, { dW }))).toEqual(['The cost is 0.333333, that of the reference 2.']);
});

test("of a layer's output only its product with dout is known: no numbers", () => {
  expect(against(pass(3, { dW }), true)).toEqual(['The output is not that of the reference.']);
});

test('a gradient that is missing, or of another shape', () => {
  expect(against(pass(2, {}))).toEqual(['dW is missing, which the reference returns.']);
  expect(against(pass(2, { dW: numbers([1, -2, 4], [3, 1]) }))).toEqual([
    'dW is (3, 1), that of the reference (1, 3).',
  ]);
});

test('a multiple is said to be one', () => {
  expect(against(pass(2, { dW: scaled(-0.5) }))).toEqual([
    'dW is -0.5 times that of the reference.',
  ]);
  expect(against(pass(2, { dW: scaled(1 / 3) }))).toEqual([
    'dW is 0.333333 times that of the reference.',
  ]);
});

test('no multiple: it is not that of the reference', () => {
  expect(against(pass(2, { dW: numbers([1, 2, 4], [1, 3]) }))).toEqual([
    'dW is not that of the reference.',
  ]);
});

test('one number is said as it is, also of a layer', () => {
  const one = (db: number) => pass(2, { db: numbers([db]) });
  const said = ['db is 3, that of the reference 2.'];
  expect(differencesFrom(one(2), one(3), false)).toEqual(said);
  expect(differencesFrom(one(2), one(3), true)).toEqual(said);
});

test('the cost first, then the gradients in the order of the reference', () => {
  const two = (cost: number, a: number, b: number) =>
    pass(cost, { db: numbers([a]), da: numbers([b]) });
  expect(differencesFrom(two(1, 1, 1), two(2, 2, 2), false)).toEqual([
    'The cost is 2, that of the reference 1.',
    'db is 2, that of the reference 1.',
    'da is 2, that of the reference 1.',
  ]);
});
