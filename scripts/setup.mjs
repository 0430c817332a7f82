/**
 * Brings a checkout to the point where everything runs: the packages of the lock file, and the
 * native backend. Plain JavaScript without packages, because it runs before there are any.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.handgrad-setup');
const native = join(root, 'node_modules/@tensorflow/tfjs-node/lib/napi-v8');
const binding = join(native, 'tfjs_binding.node');
/** There as long as nothing spoke against the binding when it was last looked at. */
const checked = join(native, 'handgrad-checked.json');

/** Does what is missing, and nothing when nothing is. Speaks on standard error alone. */
export function setup() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) {
    fail(`handgrad needs Node 20 or later; this is ${process.version}.`);
  }
  installPackages();
  // A link into a cache that was deleted does not exist either.
  if (!existsSync(binding) || !existsSync(checked)) {
    execute(process.execPath, ['--import', 'tsx', join('scripts', 'setup-native.ts')]);
  }
}

/** npm ci, without a script of any package, when the lock file is not the one that node_modules was installed from. */
function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === lock) return;
  console.error('Installing the packages (npm ci) ...');
  const args = [
    'ci',
    '--ignore-scripts',
    '--include=dev',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const npm = npmScript();
  if (npm) execute(process.execPath, [npm, ...args]);
  else execute('npm', args);
  writeFileSync(stamp, `${lock}\n`);
}

/** npm as a script for this very Node: the npm that runs us, or the one that came with Node. */
function npmScript() {
  const { npm_execpath = '' } = process.env;
  const beside = join('node_modules', 'npm', 'bin', 'npm-cli.js');
  const node = dirname(process.execPath);
  return [
    /npm-cli\.c?js$/.test(npm_execpath) ? npm_execpath : '',
    join(node, '..', 'lib', beside),
    join(node, beside),
  ].find((path) => path && existsSync(path));
}

/**
 * Runs a program of the checkout on this terminal; where it fails, ends with its exit code. A signal
 * that asks for the end is the program's to answer: it may have something to keep.
 */
export async function run(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
  const passOn = (signal) => child.kill(signal);
  const ignore = () => {}; // Ctrl-C reaches the whole group
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, passOn);
  process.on('SIGINT', ignore);
  const [code, signal] = await once(child, 'exit').catch((error) =>
    fail(`${command} could not be run: ${error.message}.`),
  );
  for (const name of ['SIGTERM', 'SIGHUP']) process.off(name, passOn);
  process.off('SIGINT', ignore);
  if (code !== 0) process.exit(code ?? 128 + constants.signals[signal]);
}

function execute(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) fail(`The set-up could not run ${command}: ${error.message}.`);
  if (status !== 0) fail(`The set-up stopped: ${command} ${args.join(' ')} failed.`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setup();
