import { expect, test } from '@jest/globals';
import { ValueError } from '../../src/core/errors.js';
import {
  anything,
  either,
  list,
  oneOf,
  optional,
  record,
  text,
  whole,
} from '../../src/core/schema.js';

const point = record<{
  readonly name: string;
  readonly at: readonly number[];
  readonly on?: boolean;
}>({
  name: text(3),
  at: list(whole(0, 9), 2),
  on: optional(oneOf(true, false)),
});

test('a copy of the fields, without others, also where they stand in a prototype', () => {
  const given = { name: 'abc', at: [0, 9], more: 1 };
  expect(point(given, 'it')).toEqual({ name: 'abc', at: [0, 9] });
  expect(() => point(Object.create(given), 'it')).toThrow('it.name');
  const at = Object.assign([1], { join: () => '<b>' });
  expect(Object.keys(point({ name: '', at }, 'it').at)).toEqual(['0']);
});

test.each<[string, unknown]>([
  ['it is not an object', null],
  ['it.name is not a text of at most 3 letters', { name: 'abcd', at: [] }],
  ['it.at is not a list of at most 2', { name: 'a', at: { length: 0 } }],
  ['it.at is not a list of at most 2', { name: 'a', at: [1, 2, 3] }],
  ['it.at[1] is not a whole number from 0 to 9', { name: 'a', at: [1, 1.5] }],
  ['it.at[0] is not a whole number from 0 to 9', { name: 'a', at: ['1'] }],
  ['it.on is not one of true, false', { name: 'a', at: [], on: 1 }],
])('%s', (says, value) => {
  expect(() => point(value, 'it')).toThrow(ValueError);
  expect(() => point(value, 'it')).toThrow(says);
});

test('either: the first that takes it, and what the second says', () => {
  const one = either(oneOf('a'), whole(1, 2));
  expect([one('a', 'it'), one(2, 'it')]).toEqual(['a', 2]);
  expect(() => one(3, 'it')).toThrow('it is not a whole number from 1 to 2.');
});

test('anything is what is there, null too', () => {
  const given = { any: [1] };
  expect(anything(given, 'it')).toBe(given);
  expect(anything(null, 'it')).toBeNull();
  expect(() => anything(undefined, 'it')).toThrow(new ValueError('it is missing.'));
});
