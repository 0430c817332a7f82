import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { reasons } from '../support/reasons.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const folder = temporaryFolder();
const program = fileURLToPath(new URL('../../.ci/count.mjs', import.meta.url));

type Status = 'passed' | 'failed' | 'pending' | 'todo';
const cats = `a cat (not run: ${reasons.cats})`;

/** A report of jest's: its files, and their tests by name. */
function report(name: string, files: Record<string, Record<string, Status>>): string {
  const testResults = Object.entries(files).map(([file, tests]) => ({
    name: file,
    status: Object.values(tests).includes('failed') ? 'failed' : 'passed',
    message: '',
    assertionResults: Object.entries(tests).map(([fullName, status]) => ({ fullName, status })),
  }));
  writeFileSync(join(folder, name), JSON.stringify({ testResults }));
  return join(folder, name);
}

function count(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const lines = stdout.trimEnd().split('\n');
  return { status, problems: lines.slice(0, -1), last: lines.at(-1) };
}

test('the tests of all runs are added up; the later run of a file is the one that counts', () => {
  const first = report('first', { a: { x: 'passed', y: 'passed' }, b: { [cats]: 'pending' } });
  const second = report('second', { b: { 'a cat': 'passed' } });
  expect(count(first, second)).toEqual({
    status: 0,
    problems: [],
    last: '3 passed, 0 failed, 0 skipped',
  });
});

test('a failure fails, and is counted', () => {
  expect(count(report('one', { a: { x: 'passed', y: 'failed' } }))).toEqual({
    status: 1,
    problems: [],
    last: '1 passed, 1 failed, 0 skipped',
  });
});

test('a skip is allowed for a listed reason, where what it needs is missing', () => {
  const one = report('one', { a: { x: 'passed', [cats]: 'pending' } });
  expect(count(one, '--missing', 'chromium', 'cats')).toEqual({
    status: 0,
    problems: [],
    last: '1 passed, 0 failed, 1 skipped',
  });
});

test.each<[string, Status, string[]]>([
  [cats, 'pending', []],
  [cats, 'pending', ['chromium']],
  ['not now', 'pending', ['cats']],
  ['some day', 'todo', ['cats']],
])('any other skip is a failure, and is named: %s, %s', (name, status, missing) => {
  const one = report('one', { 'some.test.ts': { x: 'passed', [name]: status } });
  expect(count(one, '--missing', ...missing)).toEqual({
    status: 1,
    problems: [
      `Skipped, and .ci/skips.json has no reason for it that holds here: ${name} (some.test.ts)`,
    ],
    last: '1 passed, 1 failed, 1 skipped',
  });
});

test('a file that does not run and a run that leaves no report are failures', () => {
  const broken = join(folder, 'broken');
  const result = {
    name: 'a',
    status: 'failed',
    message: 'SyntaxError: x\n  at y',
    assertionResults: [],
  };
  writeFileSync(broken, JSON.stringify({ testResults: [result] }));
  expect(count(broken, join(folder, 'none'))).toEqual({
    status: 1,
    problems: [
      `${join(folder, 'none')} was not written: that run ended before its tests did.`,
      'a did not run: SyntaxError: x',
    ],
    last: '0 passed, 2 failed, 0 skipped',
  });
});

test('what failed beside the tests counts, each by its name', () => {
  const one = report('one', { a: { x: 'passed' } });
  expect(count('--failed', 'npm start', '--failed', 'npm run fuzz', one)).toEqual({
    status: 1,
    problems: ['npm start failed.', 'npm run fuzz failed.'],
    last: '1 passed, 2 failed, 0 skipped',
  });
});
