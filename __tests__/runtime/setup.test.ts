import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { removeTemporaryFolders, root, temporaryFolder } from './fixture.js';

afterAll(removeTemporaryFolders);

/** What the real npm would do, as far as scripts/setup.mjs can see: a `tsx` that can be imported. */
const NPM = `
  const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
  appendFileSync('npm.log', process.argv.slice(2).join(' ') + '\\n');
  if (process.env.NPM_FAILS) process.exit(1);
  mkdirSync('node_modules/tsx', { recursive: true });
  writeFileSync('node_modules/tsx/index.js', '');
  console.log('added 1 package');`;

const NATIVE = `
  import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
  appendFileSync('native.log', 'run ');
  if (process.env.BUILDS) {
    const folder = 'node_modules/@tensorflow/tfjs-node/lib/napi-v8';
    mkdirSync(folder, { recursive: true });
    writeFileSync(folder + '/tfjs_binding.node', '');
    writeFileSync(folder + '/handgrad-checked.json', '');
  } else console.error('no g++');`;

let checkout: string;
beforeEach(() => {
  checkout = temporaryFolder();
  mkdirSync(join(checkout, 'scripts'));
  copyFileSync(join(root, 'scripts/setup.mjs'), join(checkout, 'scripts/setup.mjs'));
  // Plain JavaScript under a TypeScript name would need the real tsx.
  const script = readFileSync(join(checkout, 'scripts/setup.mjs'), 'utf8');
  writeFileSync(
    join(checkout, 'scripts/setup.mjs'),
    script.replace('setup-native.ts', 'setup-native.mjs'),
  );
  writeFileSync(join(checkout, 'scripts/setup-native.mjs'), NATIVE);
  writeFileSync(join(checkout, 'package-lock.json'), '{"a":1}');
  writeFileSync(join(checkout, 'npm-cli.cjs'), NPM);
});

function setup(env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(checkout, 'scripts/setup.mjs')],
    {
      env: { ...process.env, npm_execpath: join(checkout, 'npm-cli.cjs'), ...env },
      encoding: 'utf8',
    },
  );
  return { status, stdout, stderr };
}
const read = (name: string) =>
  existsSync(join(checkout, name)) ? readFileSync(join(checkout, name), 'utf8') : '';
const CI =
  'ci --ignore-scripts --include=dev --prefer-offline --no-audit --no-fund --loglevel=error\n';

test('installs and builds once; a second run does nothing, in silence', () => {
  const first = setup({ BUILDS: '1' });
  expect(first).toMatchObject({ status: 0, stdout: '' });
  expect(first.stderr).toContain('Installing the packages (npm ci) ...\nadded 1 package');
  expect(setup({ BUILDS: '1' })).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(read('npm.log')).toBe(CI);
  expect(read('native.log')).toBe('run ');
});

test('a binding that was refused when it was loaded is looked at again', () => {
  setup({ BUILDS: '1' });
  rmSync(join(checkout, 'node_modules/@tensorflow/tfjs-node/lib/napi-v8/handgrad-checked.json'));
  expect(setup({ BUILDS: '1' }).status).toBe(0);
  expect(read('native.log')).toBe('run run ');
});

test('a changed lock file installs again', () => {
  setup({ BUILDS: '1' });
  writeFileSync(join(checkout, 'package-lock.json'), '{"a":2}');
  expect(setup({ BUILDS: '1' }).status).toBe(0);
  expect(read('npm.log')).toBe(CI + CI);
});

test('without a native backend it says so in one line, and is no failure', () => {
  setup();
  expect(setup()).toEqual({ status: 0, stdout: '', stderr: 'no g++\n' });
});

test('an npm that fails stops it, and the next run tries again', () => {
  const failed = setup({ NPM_FAILS: '1' });
  expect(failed.status).toBe(1);
  expect(failed.stderr).toMatch(/The set-up stopped: .*npm-cli\.cjs ci .* failed\.\n$/);
  expect(setup({ BUILDS: '1' }).status).toBe(0);
  expect(read('npm.log')).toBe(CI + CI);
});
