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
  for (const path of ['scripts', 'node_modules/.bin', 'node_modules/jest/bin', 'cats', 'none']) {
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
  // What Node loads before the command line, in place of which it says so and ends.
  mkdirSync(join(folder, 'node_modules/tsx'), { recursive: true });
  writeFileSync(
    join(folder, 'node_modules/tsx/package.json'),
    '{"type":"module","exports":"./index.js"}',
  );
  writeFileSync(
    join(folder, 'node_modules/tsx/index.js'),
    `import { relative } from 'node:path';
    process.argv.splice(0, 2, 'node', 'tsx', relative(process.cwd(), process.argv[1]));
    ${program('tsx')}
    process.exit(0);`,
  );
  writeFileSync(join(folder, 'cats/train_catvnoncat.h5'), '');
});

/** Runs a script with the cat set at hand, unless the environment is another. */
function run(script: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, 'scripts', script), ...args],
    { env: { ...process.env, HANDGRAD_DATA: join(folder, 'cats'), ...env }, encoding: 'utf8' },
  );
  return { status, stdout, stderr, calls: readFileSync(log, 'utf8').trimEnd().split('\n') };
}

const silent = { stdout: '', stderr: '' };

describe('npm start', () => {
  test('sets up, and trains; what is added goes to the command', () => {
    expect(run('start.mjs', ['--iterations', '5'])).toEqual({
      status: 0,
      ...silent,
      calls: ['setup', 'tsx src/cli/main.ts train --report report/train.html --iterations 5'],
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

  // Nothing lies beside this checkout, and the folder that jest runs in has no say.
  test.each([
    ['HANDGRAD_DATA names no folder', ''],
    ['the folder that it names is empty', join(folder, 'none')],
  ])('without the real cat set, one line says that its tests are not run: %s', (_, path) => {
    expect(run('test.mjs', [], { HANDGRAD_DATA: path })).toEqual({
      status: 0,
      stdout: '',
      stderr:
        'The real cat set is not here (HANDGRAD_DATA names its folder): its tests are not run.\n',
      calls: ['setup', 'tsc -p .', 'biome check .', 'jest'],
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
