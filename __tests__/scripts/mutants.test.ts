import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { configOf } from '../../scripts/mutants/config.js';
import { groups } from '../../scripts/mutants/groups.js';
import { scoreOf, survivorsOf } from '../../scripts/mutants/score.js';
import { root } from '../../scripts/package/install.js';

test.each(Object.entries(groups))('%s: its files are there, and its tests', (_, group) => {
  const paths = [...group.mutate, ...group.tests.map((path) => join('__tests__', path))];
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

const mutant = (status: string, line = 1) => ({
  status,
  mutatorName: 'ArithmeticOperator',
  replacement: 'a\n  - b',
  location: { start: { line, column: 9 }, end: { line, column: 14 } },
});

// As Stryker's own score: what no test runs has survived, what does not compile does not count.
test('the score is killed / (killed + survived)', () => {
  const statuses = ['Killed', 'Timeout', 'Killed', 'Survived', 'NoCoverage', 'CompileError'];
  const files = { 'a.ts': { source: '', mutants: statuses.map((status) => mutant(status)) } };
  expect(scoreOf(files)).toEqual({ killed: 3, timedOut: 1, all: 5, percent: 60 });
  expect(scoreOf({})).toEqual({ killed: 0, timedOut: 0, all: 0, percent: 100 });
});

test('a survivor is shown with its place, in a line', () => {
  const source = 'let a;\nreturn (a + b);';
  const files = { 'a.ts': { source, mutants: [mutant('Survived', 2), mutant('Killed')] } };
  expect(survivorsOf(files)).toEqual(['Survived a.ts:2:9 a + b -> a - b']);
});

test('a group is tried by its own tests, one process at a time', () => {
  const places = { home: '/home', sandbox: '/sandbox', report: '/kept/zip.json' };
  const config = configOf(groups.zip, places);
  expect(config.jest.config.testMatch).toContain('**/__tests__/files/zip.test.ts');
  expect(config.incrementalFile).toBe('/kept/zip.incremental.json');
  expect(config.concurrency).toBe(1);
});
