import { describe, expect, test } from '@jest/globals';
import type { Held } from '../../../../src/oracle/grade/judge/hold.js';
import { verdictGrade } from '../../../../src/oracle/grade/judge/verdictGrade.js';

const one = (name: string, verdict: Held['verdict'], problem?: string): Held => ({
  ...{ name, verdict, taken: 4, unknown: 0 },
  ...(problem && { problem }),
});
const right = one('dW', 'right');
const graded = (held: readonly Held[], others: object = {}) =>
  verdictGrade('mine.mjs', { held, ...others });

describe('by differences of the own cost', () => {
  test('all right: it passes, and nothing is said', () => {
    expect(graded([right, one('db', 'right')])).toEqual({
      ...{ file: 'mine.mjs', passed: true, right: 2, gradients: 2 },
      ...{ firstWrong: null, cause: null },
    });
  });

  test('no gradient at all is no pass', () => {
    expect(graded([])).toMatchObject({ passed: false, right: 0, gradients: 0 });
  });

  test('one or several that are wrong', () => {
    expect(graded([right, one('db', 'wrong')])).toMatchObject({
      ...{ passed: false, right: 1, gradients: 2, firstWrong: 'db' },
      cause: 'db is not the gradient of its cost.',
    });
    expect(graded([one('dW', 'wrong'), one('db', 'wrong')])).toMatchObject({
      ...{ right: 0, cause: 'dW and db are not the gradients of its cost.' },
    });
  });

  test('those with a problem in their form are told by it, three at most', () => {
    const problems = [1, 2, 3, 4].map((i) => one(`dW${i}`, 'wrong', `Problem ${i}.`));
    expect(graded(problems).cause).toBe('Problem 1. Problem 2. Problem 3.');
    expect(graded([problems[0], one('db', 'wrong')]).cause).toBe(
      'db is not the gradient of its cost. Problem 1.',
    );
  });

  test('what is not known is no pass, and is not called wrong', () => {
    expect(graded([right, one('db', 'unknown')], { objection: 'A kink.' })).toMatchObject({
      ...{ passed: false, right: 1, firstWrong: null, cause: 'A kink.' },
    });
    expect(graded([right, one('db', 'unknown')]).passed).toBe(false);
  });

  test('an objection keeps what is right from passing, and comes behind what is wrong', () => {
    const objection = 'It computes differences, not a gradient.';
    expect(graded([right], { objection })).toMatchObject({ passed: false, cause: objection });
    expect(graded([one('dW', 'wrong')], { objection }).cause).toBe(
      `dW is not the gradient of its cost. ${objection}`,
    );
  });
});

describe('the first that is wrong lies closest to the cost', () => {
  test.each<[string[], string]>([
    [['dW1', 'db1', 'dW2', 'db2'], 'dW2'],
    [['dW2', 'dW10', 'db10'], 'dW10'],
    [['dW', 'db'], 'dW'],
    [['dX', 'dW1'], 'dW1'],
    [['dW2a', 'dW1'], 'dW1'],
    [['dW3', 'dV3'], 'dW3'],
  ])('%j: %s', (names, first) => {
    const held = [one('dZ9', 'right'), ...names.map((name) => one(name, 'wrong'))];
    expect(graded(held).firstWrong).toBe(first);
  });
});

describe('beside a reference', () => {
  const wrong = one('dW', 'wrong');
  const differs = ['The cost is 2, that of the reference 1.', 'dW is 2, that of the reference 1.'];
  const both = differs.join(' ');

  test('right and the same: it passes', () => {
    expect(graded([right], { differs: [] })).toEqual({
      ...{ file: 'mine.mjs', passed: true, right: 1, gradients: 1 },
      ...{ firstWrong: null, cause: null, differs: null },
    });
  });

  test('right, of another function', () => {
    expect(graded([right], { differs })).toMatchObject({
      ...{ passed: false, right: 1, differs: both },
      cause: `Right by calculus, but of another function: ${both}`,
    });
    const objection = 'It computes differences.';
    expect(graded([right], { differs, objection }).cause).toBe(
      `Right by calculus, but of another function: ${both} ${objection}`,
    );
  });

  test('wrong, and another', () => {
    expect(graded([wrong], { differs })).toMatchObject({
      ...{ passed: false, right: 0, firstWrong: 'dW', differs: both },
      cause: `dW is not the gradient of its cost. ${both}`,
    });
  });

  test('wrong as the reference is: it passes, and the teacher is told', () => {
    expect(graded([wrong], { differs: [] })).toMatchObject({
      ...{ passed: true, right: 0, gradients: 1, firstWrong: 'dW', differs: null },
      cause: 'As in the reference, this is not by calculus: dW is not the gradient of its cost.',
    });
  });

  test('the same, with an objection: no pass', () => {
    const objection = 'It computes differences.';
    expect(graded([right], { differs: [], objection })).toMatchObject({
      ...{ passed: false, right: 1, cause: objection, differs: null },
    });
  });
});
