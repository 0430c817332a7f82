import { expect, test } from '@jest/globals';
import { gradeResultFrom, gradeTaskFrom } from '../../../src/cli/jobs/gradeTask.js';
import { ValueError } from '../../../src/core/errors.js';
import { hashOf } from '../../../src/jobs/store.js';
import { ungraded } from '../../../src/oracle/grade/grade.js';

const task = {
  file: 'all/mine.mjs',
  files: { manifest: hashOf(new Uint8Array(1)) },
  allowed: ['lib/two.mjs'],
  names: { forward: 'f' },
  limits: { seconds: 20, memory: 1024 },
};
const result = { grade: ungraded('mine.mjs', 'It throws.'), isHeld: true };

test('what is well formed comes through as it is, nulls too', () => {
  expect(gradeTaskFrom(task)).toEqual(task);
  expect(gradeResultFrom(result)).toEqual(result);
});

test('a task and a result are checked field by field', () => {
  const { allowed: _, ...without } = task;
  for (const bad of [without, { ...task, limits: { seconds: 'long', memory: 1 } }, null, 'x']) {
    expect(() => gradeTaskFrom(bad)).toThrow(ValueError);
  }
  const { grade } = result;
  for (const bad of [
    { ...result, grade: { ...grade, passed: 'yes' } },
    { ...result, grade: { ...grade, right: -1 } },
    { ...result, grade: { ...grade, isolation: 'trust me' } },
    { grade },
  ]) {
    expect(() => gradeResultFrom(bad)).toThrow(ValueError);
  }
});
