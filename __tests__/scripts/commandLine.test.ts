import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));

const run = (script: string, ...args: string[]) => {
  const argv = ['--import', 'tsx', `scripts/${script}.ts`, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

describe.each([
  ['torture', 'npm run torture -- saving'],
  ['mutants', 'npm run mutants -- '],
])('%s', (script, usage) => {
  test('--help says how it is called', () => {
    const { status, stdout, stderr } = run(script, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(usage);
  });

  test('an option that is none: a line, how it is called, and no stack trace', () => {
    const { status, stdout, stderr } = run(script, '--nonsense');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^Unknown option '--nonsense'\.\nnpm run /);
    expect(stderr).not.toContain(' at ');
  });
});
