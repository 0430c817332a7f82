import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { assertNames, commonFolder, tasksOf } from '../../../src/cli/grade/tasks.js';
import { ValueError } from '../../../src/core/errors.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

const here = temporaryFolder();

test('the deepest folder that holds them all', () => {
  expect(commonFolder(['/a/b/c'])).toBe('/a/b/c');
  expect(commonFolder(['/a/b/c', '/a/b/c/d'])).toBe('/a/b/c');
  expect(commonFolder(['/a/b/c', '/a/bc'])).toBe('/a');
  expect(commonFolder(['/a/b', '/a/..b'])).toBe('/a');
  expect(commonFolder(['/a/b', '/c'])).toBe('/');
});

test('a job for each module that is not refused, with what it is graded with, as it lies', async () => {
  const folder = join(here, 'course', 'all');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(here, 'course', 'package.json'), '{}');
  const options = { timeout: 1, memory: 2, isolation: 'auto' } as const;
  const expected = {
    reference: join(here, 'mine.mjs'),
    names: {},
    allowed: [join(here, 'two.mjs')],
  };
  const entries = [{ file: 'a.mjs' }, { file: 'b', refused: 'It is a folder.' }, { file: 'c.py' }];
  const limits = { seconds: 1, memory: 2 };
  const tasks = await tasksOf(
    { folder, entries, expected, limits, options },
    async (root, files) => ({
      path: [root, ...files].map((one) => one.replace(here, '')).join(),
    }),
  );
  const shared = '/mine.mjs,/two.mjs,/course/package.json';
  const task = { allowed: ['two.mjs'], names: {}, limits, package: 'course/package.json' };
  expect(tasks).toEqual([
    {
      ...{ ...task, file: 'course/all/a.mjs', reference: 'mine.mjs' },
      files: { path: `,/course/all/a.mjs,${shared}` },
    },
    // The reference is of another language.
    { ...task, file: 'course/all/c.py', files: { path: `,/course/all/c.py,${shared}` } },
  ]);
});

test('a name that another machine may not take is refused before anything is sent', () => {
  assertNames([{ file: 'all/a b (1).mjs', allowed: ['ünïcode.mjs'] }]);
  for (const file of ['all/a:b.mjs', 'a\\b.mjs', '../a.mjs']) {
    expect(() => assertNames([{ file, allowed: [] }])).toThrow(ValueError);
    expect(() => assertNames([{ file: 'a.mjs', allowed: [file] }])).toThrow(ValueError);
  }
});
