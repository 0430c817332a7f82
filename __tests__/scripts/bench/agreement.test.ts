import { expect, test } from '@jest/globals';
import { disagreement } from '../../../scripts/bench/agreement.js';

const ours = [0.7717, 0.7417, 0.6924];

test('rounding is no disagreement', () => {
  expect(disagreement({ ours, theirs: [0.7717003, 0.7417002, 0.6924002] })).toBeUndefined();
  expect(disagreement({ ours })).toBeUndefined();
});

test.each([
  ['other starting weights', [0.78, 0.7417, 0.6924]],
  ['another cost behind it', [0.7717, 0.7417, 0.6935]],
  ['a larger step that comes to the same', [0.7717, 0.7402, 0.6924]],
  ['a step that was not taken', [0.7717, 0.7717, 0.6924]],
  ['a cost that is not a number', [0.7717, 0.7417, Number.NaN]],
  ['a cost that is missing', [0.7717, 0.7417]],
])('%s is one, and is named', (_, theirs) => {
  expect(disagreement({ ours, same: ours, theirs })).toMatch(/^theirs takes the cost .* ours from/);
});

test('where the cost hardly moves, its way decides', () => {
  const slow = [0.7, 0.699];
  expect(disagreement({ slow, half: [0.7, 0.6995] })).toMatch(/^half /);
  expect(disagreement({ slow, same: [0.7, 0.699003] })).toBeUndefined();
});

test('a first one that is not a number agrees with nobody', () => {
  expect(disagreement({ broken: [Number.NaN, 1] })).toMatch(/^broken /);
});
