import { describe, expect, test } from '@jest/globals';
import { CheckError } from '../../../../src/core/errors.js';
import { gradientOf, judgedAt, passAt, sizeOf } from '../../../../src/oracle/grade/judge/pass.js';
import { numbers, pass, wired } from './submission.js';

const point = { params: new Map([['W', numbers([1, 2])]]), X: numbers([0.5]), Y: numbers([1]) };
const right = {
  cost: 3,
  gradients: { dW: wired([5, 6]) },
  work: [
    { kernels: 1, numbers: 2 },
    { kernels: 0, numbers: 0 },
  ],
};
const answering = (answer: unknown) => passAt(async () => answer, point);

describe('a pass', () => {
  test('is what was answered at the point that was sent', async () => {
    let sent: unknown;
    const found = await passAt(async (request) => {
      sent = request;
      return right;
    }, point);
    expect(sent).toMatchObject({ ask: 'gradients', point: { params: { W: wired([1, 2]) } } });
    expect(found).toEqual({
      point,
      cost: 3,
      gradients: new Map([['dW', numbers([5, 6])]]),
      work: right.work,
    });
  });

  // JSON has no NaN and no Infinity: it makes null of them.
  test.each([null, Number.NaN, Number.POSITIVE_INFINITY])('a cost of %p', async (cost) => {
    await expect(answering({ ...right, cost })).rejects.toThrow(
      new CheckError(
        'Its cost is no finite number at a point that was drawn from its shapes or near its own numbers.',
      ),
    );
  });

  test.each<[string, object, string]>([
    ['a cost as text', { cost: '3' }, 'the cost'],
    ['no cost', { cost: undefined }, 'the cost'],
    ['no gradients', { gradients: undefined }, 'the gradients'],
    ['a gradient that is none', { gradients: { dW: 5 } }, 'dW'],
    ['no work', { work: undefined }, 'the work'],
    ['work of one pass', { work: right.work.slice(1) }, 'the work'],
    ['work of three', { work: [...right.work, right.work[0]] }, 'the work'],
    ['work that is no record', { work: [1, 2] }, 'the work'],
    ['a fraction of a kernel', { work: [right.work[0], { kernels: 0.5, numbers: 0 }] }, 'the work'],
    ['numbers below zero', { work: [right.work[0], { kernels: 0, numbers: -1 }] }, 'the work'],
    ['kernels below zero', { work: [right.work[0], { kernels: -1, numbers: 0 }] }, 'the work'],
    ['numbers as text', { work: [right.work[0], { kernels: 0, numbers: '1' }] }, 'the work'],
  ])('%s: refused', async (_, change, what) => {
    await expect(answering({ ...right, ...change })).rejects.toThrow(
      new CheckError(`It spoils the answers of its own process: ${what}.`),
    );
  });

  test('no answer: refused', async () => {
    await expect(answering(undefined)).rejects.toThrow('the gradients');
  });
});

describe('what is judged', () => {
  const params = new Map([['W', numbers([1, 2])]]);
  const X = numbers([0.5, 1]);
  const at = (others: object, gradients: object = { dW: X, dX: X }) =>
    pass(1, gradients as never, { point: { params, X, Y: X, ...others } });
  const names = (one: ReturnType<typeof pass>, isLayer = false) => [
    ...judgedAt(one, isLayer).keys(),
  ];

  test('the parameters, and X where dX is returned', () => {
    expect(names(at({}))).toEqual(['W', 'X']);
    expect(judgedAt(at({}), false).get('X')).toBe(X);
    expect(names(at({}, { dW: X }))).toEqual(['W']);
  });

  test('not X that are indices, and not beside the inputs of a layer', () => {
    expect(names(at({ X: numbers([3, 1]) }))).toEqual(['W']);
    expect(names(at({ X: numbers([3, 1.5]) }))).toEqual(['W', 'X']);
    expect(names(at({}), true)).toEqual(['W']);
  });

  test('a parameter that is called X is the one', () => {
    const own = numbers([7, 8]);
    const both = at({ params: new Map([['X', own]]) });
    expect(judgedAt(both, false)).toEqual(new Map([['X', own]]));
  });

  test('and nothing of the point is changed by it', () => {
    judgedAt(at({}), false);
    expect([...params.keys()]).toEqual(['W']);
  });

  test('its numbers are counted', () => {
    expect(sizeOf(new Map([...params, ['X', numbers([1, 2, 3])]]))).toBe(5);
    expect(sizeOf(new Map())).toBe(0);
  });
});

describe('a gradient before its numbers are looked at', () => {
  const W = numbers([1, 2], [1, 2]);
  const gradient = (dW?: ReturnType<typeof numbers>) =>
    gradientOf(pass(1, dW ? { dW } : {}), 'W', W);

  test('one of the shape of its parameter', () => {
    const dW = numbers([3, 4], [1, 2]);
    expect(gradient(dW)).toBe(dW);
  });

  test('none, another shape, no numbers', () => {
    expect(gradient()).toBe('The backward pass does not return dW.');
    expect(gradient(numbers([3, 4], [2, 1]))).toBe('dW is (2, 1), but W is (1, 2).');
    expect(gradient(numbers([3, Number.NaN], [1, 2]))).toBe('dW holds NaN.');
    expect(gradient(numbers([Number.NEGATIVE_INFINITY, 0], [1, 2]))).toBe('dW holds -Infinity.');
  });
});
