import { expect, test } from '@jest/globals';
import { firstMatch } from './firstMatch.js';
import { grade, type Outcome } from './grade.js';
import type { KeyEntry } from './key.js';
import { totalsOf, totalsText } from './totals.js';

const key: KeyEntry = {
  kind: 'a layer',
  wrong: ['dW', 'db'],
  cause: 'the mean is missing',
  from: 'here',
  place: 'dZ',
  say: ['mean is missing'],
  never: ['learning rate', '\\bσ'],
};
const rightKey: KeyEntry = { kind: 'a layer', wrong: [], cause: 'none', from: 'here' };

const parameter = (name: string, passed: boolean) => ({ name, passed, cause: null });
const failed = (sentence: string, id = 'mean', names = ['dW', 'db']): Outcome => ({
  rc: 1,
  stderr: '',
  report: {
    passed: false,
    parameters: ['db', 'dW', 'dV'].map((name) => parameter(name, !names.includes(name))),
    stages: [{ name: 'dZ', verdict: 'wrong' }],
    causes: [{ id, where: ['learning rate'], sentence, correction: null, alternatives: [] }],
  },
});

test('a module whose mistake is named: nothing to remark', () => {
  expect(grade(key, failed('The mean is missing.'))).toEqual({
    ...{ wrong: true, verdict: true, names: true, explained: 'named', crashed: false, remarks: [] },
  });
});

test('a false explanation weighs more than a right one beside it', () => {
  const graded = grade(key, failed('The mean is missing; or it has the learning rate.'));
  expect(graded.explained).toBe('false');
});

test('unknown where the report says so, other words otherwise', () => {
  expect(grade(key, failed('It is unknown.')).explained).toBe('unknown');
  expect(grade(key, failed('Nobody knows.', 'unknown')).explained).toBe('unknown');
  expect(grade(key, failed('The sign is wrong.')).explained).toBe('other');
});

test('names: the wrong gradients and only they', () => {
  const graded = grade(key, failed('The mean is missing.', 'mean', ['dW']));
  expect([graded.verdict, graded.names]).toEqual([true, false]);
  expect(graded.remarks).toEqual(['names dW where dW db is wrong']);
});

test('right code that is accused', () => {
  const graded = grade(rightKey, failed('The mean is missing.'));
  expect([graded.verdict, graded.names, graded.explained]).toEqual([false, false, undefined]);
});

test('no report is a crash, unless the key allows a refusal; a stack trace is none', () => {
  const said = (stderr: string): Outcome => ({ rc: 1, report: null, stderr });
  const refusing = { ...rightKey, error: ['one-hot'] };
  expect(grade(refusing, said("labels is 'one-hot' here")).crashed).toBe(false);
  expect(grade(refusing, said("labels: 'one-hot'\n    at check (x.ts:1:1)")).crashed).toBe(true);
  expect(grade(rightKey, said('TypeError: x')).remarks).toEqual(['crashed, exit 1: TypeError: x']);
});

test('case is the same in ASCII alone: Σ is no σ', () => {
  expect(firstMatch(['MEAN'], 'the Mean')).toBe('Mean');
  expect(firstMatch(['σ'], 'Σ dZ')).toBeUndefined();
  expect(firstMatch(['. ?Σ'], 'σ Σ')).toBe('σ Σ');
});

test('the totals', () => {
  const grades = [
    grade(key, failed('The mean is missing.')),
    grade(key, failed('It is unknown.')),
    grade(rightKey, { rc: 1, report: null, stderr: '' }),
  ];
  expect(totalsText(totalsOf(grades))).toBe(
    'verdict 2/3, names 2/3, named 1/2, false 0, unknown 1, crashed 1',
  );
});
