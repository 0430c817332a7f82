import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/temporaryFolder.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = temporaryFolder();
const log = join(folder, 'log');

/** Says who was called and with what; fails where it is the one that is to fail. */
const program = (name: string) => `
  import { appendFileSync } from 'node:fs';
  appendFileSync(${JSON.stringify(log)}, ['${name}', ...process.argv.slice(2)].join(' ') + '\\n');
  if (process.env.FAILS === '${name}') process.exit(3);`;

/** A checkout of the scripts alone, in which the set-up has nothing to do but to say that it ran. */
beforeEach(() => {
  for (const path of ['scripts', 'node_modules/.bin', 'node_modules/jest/bin']) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const setup = readFileSync(join(root, 'scripts/setup.mjs'), 'utf8');
  const body = setup.indexOf('  const major');
  expect(body).toBeGreaterThan(0);
  writeFileSync(
    join(folder, 'scripts/setup.mjs'),
    `${setup.slice(0, body)}  writeFileSync(${JSON.stringify(log)}, 'setup\\n');\n  return;\n${setup.slice(body)}`,
  );
  for (const name of ['start.mjs', 'test.mjs']) {
    copyFileSync(join(root, 'scripts', name), join(folder, 'scripts', name));
  }
  for (const name of ['tsx', 'tsc', 'biome']) {
    const bin = join(folder, 'node_modules/.bin', name);
    writeFileSync(bin, `#!${process.execPath}\n${program(name)}`);
    chmodSync(bin, 0o755);
  }
  writeFileSync(join(folder, 'node_modules/jest/bin/jest.js'), program('jest'));
});

function run(script: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, 'scripts', script), ...args],
    { env: { ...process.env, ...env }, encoding: 'utf8' },
  );
  return { status, stdout, stderr, calls: readFileSync(log, 'utf8').trimEnd().split('\n') };
}

const silent = { stdout: '', stderr: '' };

describe('npm start', () => {
  test('sets up, and trains; what is added goes to the command', () => {
    expect(run('start.mjs', ['--iterations', '5'])).toEqual({
      status: 0,
      ...silent,
      calls: ['setup', 'tsx src/cli/main.ts train --iterations 5'],
    });
  });

  test('ends with the exit code of the job', () => {
    expect(run('start.mjs', [], { FAILS: 'tsx' }).status).toBe(3);
  });
});

describe('npm test', () => {
  test('sets up; then types, lint and format, and the tests, with what is added', () => {
    expect(run('test.mjs', ['core'])).toEqual({
      status: 0,
      ...silent,
      calls: ['setup', 'tsc -p .', 'biome check .', 'jest core'],
    });
  });

  test.each([
    ['tsc', 2],
    ['biome', 3],
    ['jest', 4],
  ])('ends with the exit code of %s, and goes no further', (name, calls) => {
    const result = run('test.mjs', [], { FAILS: name });
    expect(result.status).toBe(3);
    expect(result.calls).toHaveLength(calls);
  });
});
