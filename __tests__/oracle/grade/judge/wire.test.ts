import { describe, expect, test } from '@jest/globals';
import { CheckError } from '../../../../src/core/errors.js';
import {
  base64Of,
  doublesOf,
  fromWire,
  namedFromWire,
  pointFromWire,
  pointToWire,
  recordOf,
} from '../../../../src/oracle/grade/judge/wire.js';
import { encoded, numbers, wired } from './submission.js';

const spoils = (what: string) =>
  new CheckError(`It spoils the answers of its own process: ${what}.`);
const odd = [0, -0, 1 / 3, -1e308, 5e-324, Number.NaN, Number.POSITIVE_INFINITY];

describe('doubles as base64, as Buffer has them', () => {
  // 4,096 bytes are 512 doubles: pieces of that size are joined.
  test.each([0, 1, 2, 511, 512, 513, 1500])('%d of them', (n) => {
    const values = Float64Array.from({ length: n }, (_, i) => odd[i % odd.length] + i);
    expect(base64Of(values)).toBe(encoded(values));
    expect(doublesOf(encoded(values), 'costs')).toEqual(values);
  });

  test('a part of a longer array is that part', () => {
    expect(base64Of(Float64Array.of(1, 2, 3, 4).subarray(1, 3))).toBe(encoded([2, 3]));
  });

  test.each(['%', encoded([1]).slice(0, 4), Buffer.alloc(9).toString('base64')])(
    'refused: %s',
    (data) => {
      expect(() => doublesOf(data, 'costs')).toThrow(spoils('costs'));
    },
  );
});

describe('an array from another process', () => {
  test.each([[[2, 3]], [[6]], [[1, 1, 1, 1, 1, 1, 2, 3]]])('of shape %j', (shape) => {
    const values = [1, 2, 3, 4, 5, 6];
    expect(fromWire(wired(values, shape), 'W')).toEqual(numbers(values, shape));
  });

  test('of no elements, and a scalar', () => {
    expect(fromWire(wired([], [0, 3]), 'W')).toEqual(numbers([], [0, 3]));
    expect(fromWire(wired([7], []), 'W')).toEqual(numbers([7], []));
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a list', [wired([1])]],
    ['a number', 1],
    ['no shape', { data: encoded([1]) }],
    ['a shape that is no list', { shape: '1', data: encoded([1]) }],
    ['a shape that only looks like one', { shape: { length: 1, every: 1 }, data: encoded([1]) }],
    ['nine sides', wired([1], [1, 1, 1, 1, 1, 1, 1, 1, 1])],
    ['a fraction', wired([1], [0.5])],
    ['below zero', wired([1], [-1])],
    ['twice below zero', wired([1], [-1, -1])],
    ['a side as text', { shape: ['1'], data: encoded([1]) }],
    ['a side of too many', wired([1], [2 ** 22 + 1])],
    ['a side of none and one of too many', wired([], [0, 2 ** 22 + 1])],
    ['numbers instead of text', { shape: [1], data: [1] }],
    ['text in a list', { shape: [1], data: [encoded([1])] }],
    ['too few numbers', wired([1], [2])],
    ['too many numbers', wired([1, 2], [1])],
    ['as many as may be, and they are not there', wired([1], [2 ** 22])],
  ])('%s: refused', (_, value) => {
    expect(() => fromWire(value, 'dW')).toThrow(spoils('dW'));
  });

  test('of more numbers than are graded: said before they are read', () => {
    expect(() => fromWire({ shape: [2 ** 12, 2 ** 11], data: '%' }, 'dW')).toThrow(
      new CheckError('dW holds 8388608 numbers; 4194304 at most are graded.'),
    );
  });
});

describe('several by their names', () => {
  const many = (n: number) =>
    Object.fromEntries(Array.from({ length: n }, (_, i) => [`p${i}`, wired([i])]));

  test('in their order', () => {
    const named = namedFromWire({ b: wired([1]), a: wired([2, 3]) }, 'the gradients');
    expect([...named]).toEqual([
      ['b', numbers([1])],
      ['a', numbers([2, 3])],
    ]);
  });

  test('a thousand, and not one more', () => {
    expect(namedFromWire(many(1000), 'the gradients').size).toBe(1000);
    expect(() => namedFromWire(many(1001), 'the gradients')).toThrow(spoils('the gradients'));
  });

  test('names of 200 letters, and not one more', () => {
    const named = (length: number) => ({ short: wired([1]), ['d'.repeat(length)]: wired([1]) });
    expect(namedFromWire(named(200), 'the gradients').size).toBe(2);
    expect(() => namedFromWire(named(201), 'the gradients')).toThrow(spoils('the gradients'));
  });

  test('the one that is none is named', () => {
    expect(() => namedFromWire({ dW: wired([1]), db: 1 }, 'the gradients')).toThrow(spoils('db'));
    expect(() => namedFromWire([], 'the gradients')).toThrow(spoils('the gradients'));
  });
});

describe('a point', () => {
  const point = {
    params: new Map([
      ['W', numbers([1, 2], [1, 2])],
      ['b', numbers([3], [1, 1])],
    ]),
    X: numbers([4, 5], [2, 1]),
    Y: numbers([6], []),
  };

  test('comes out as it went in, through JSON', () => {
    const sent = JSON.parse(JSON.stringify(pointToWire(point)));
    expect(Object.keys(sent)).toEqual(['params', 'X', 'Y']);
    expect(sent.params.W).toEqual(wired([1, 2], [1, 2]));
    expect(pointFromWire(sent)).toEqual(point);
  });

  test.each(['rows', 'columns'] as const)('with its samples in %s', (samples) => {
    const sent = pointToWire({ ...point, samples });
    expect(sent.samples).toBe(samples);
    expect(pointFromWire(sent).samples).toBe(samples);
  });

  test('a word for the samples that is none is left out', () => {
    expect('samples' in pointFromWire({ ...pointToWire(point), samples: 'diagonal' })).toBe(false);
  });

  test.each(['params', 'X', 'Y'])('without %s: refused', (name) => {
    const sent = { ...pointToWire(point), [name]: undefined };
    expect(() => pointFromWire(sent)).toThrow(spoils(name));
  });

  test('that is none: refused', () => {
    expect(() => pointFromWire('here')).toThrow(spoils('the point'));
  });
});

test('a record is an object with names', () => {
  const record = { a: 1 };
  expect(recordOf(record, 'it')).toBe(record);
  for (const value of [null, undefined, [], 'text', 3, true]) {
    expect(() => recordOf(value, 'it')).toThrow(spoils('it'));
  }
});
