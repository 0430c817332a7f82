import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/temporaryFolder.js';

/*
 * `handgrad check FILE` as it is installed: compiled, and run by plain node.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const examples = join(root, 'examples', 'check');
// Below node_modules, so that the compiled code finds the packages.
const dist = join(root, 'node_modules', '.cache', `handgrad-test-${randomUUID()}`);
const folder = temporaryFolder();

beforeAll(async () => {
  mkdirSync(dist, { recursive: true });
  writeFileSync(join(dist, 'package.json'), '{ "type": "module" }');
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await node(tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', dist, '--noCheck');
}, 180_000);

afterAll(() => rmSync(dist, { recursive: true, force: true }));

async function node(...args: string[]) {
  const child = spawn(process.execPath, args, { cwd: root });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

const check = (...args: string[]) => node(join(dist, 'cli', 'main.js'), 'check', ...args);

/** The path of a new module. */
function module(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
}

const tanhFromZ = readFileSync(join(examples, 'tanh-from-z.mjs'), 'utf8');

/** Logistic regression up to its backward pass; five lines. */
const forward = `
export const shapes = { X: ['n', 'm'], Y: [1, 'm'], W: [1, 'n'], b: [1, 1] };
export function forward(tf, { W, b }, X, Y) {
  const Z = W.matMul(X).add(b);
  return { cost: tf.mean(tf.sub(tf.softplus(Z), Y.mul(Z))), cache: Z }; }
`.trim();

describe('--json', () => {
  test('prints the report on stdout, and nothing else', async () => {
    const { code, stdout, stderr } = await check(join(examples, 'tanh-from-z.mjs'), '--json');
    expect(code).toBe(1);
    expect(stderr).toContain('Wrong: dW1 and db1 (2 of 4 gradients). Looking for the cause ...\n');
    const report = JSON.parse(stdout);
    expect(Object.keys(report).sort()).toEqual(
      [
        ...['passed', 'parameters', 'stages', 'skipped', 'checked'],
        ...['backend', 'causes', 'maxRelativeError', 'notes', 'precision'],
      ].sort(),
    );
    const { passed, parameters, stages, skipped, checked } = report;
    expect(passed).toBe(false);
    expect(parameters.map((p: { name: string; passed: boolean }) => [p.name, p.passed])).toEqual([
      ['dW1', false],
      ['db1', false],
      ['dW2', true],
      ['db2', true],
    ]);
    const [dW1, db1, dW2] = parameters;
    expect(Object.keys(dW1).sort()).toEqual(
      [
        ...['name', 'passed', 'maxRelativeError', 'worst', 'cause'],
        ...['comparisons', 'maxAbsoluteError', 'pattern', 'problem', 'shape', 'wrong'],
      ].sort(),
    );
    expect(Object.keys(dW1.worst).sort()).toEqual(['hand', 'index', 'oracle', 'ratio']);
    expect(dW1.worst.ratio).toBeCloseTo(dW1.worst.hand / dW1.worst.oracle, 12);
    expect(dW1.maxRelativeError).toBeGreaterThan(1e-3);
    expect(dW2.maxRelativeError).toBeLessThan(1e-12);
    expect(dW2.cause).toBeNull();
    expect(db1.cause).toMatch(/dZ1/);
    expect(stages.find(({ verdict }: { verdict: string }) => verdict === 'wrong').name).toBe('dZ1');
    expect(skipped).toBe(0);
    // W1 8, b1 4, W2 4, b2 1
    expect(checked).toEqual({ autodiff: 17, differences: 17, directions: 0 });
  });

  test('so also where the module prints', async () => {
    const path = module(
      'prints.mjs',
      `console.log('hello'); console.error('there'); process.stdout.write('!'); ${tanhFromZ}`,
    );
    const { code, stdout, stderr } = await check(path, '--json');
    expect(JSON.parse(stdout).passed).toBe(false);
    expect(stderr).toContain('there\n');
    expect(code).toBe(1);
  });
});

test('--html writes the report as a page', async () => {
  const page = join(folder, 'report.html');
  const { code, stdout, stderr } = await check(join(examples, 'right.ts'), '--html', page);
  expect(readFileSync(page, 'utf8')).toContain('<title>right.ts</title>');
  expect(stdout).toMatch(/^RIGHT: all 4 gradients agree/);
  expect(stderr).toBe(`Report: ${page}\n`);
  expect(code).toBe(0);
});

test('--html where it cannot go: a line says so, after the report', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  const page = join(file, 'report.html');
  const { code, stdout, stderr } = await check(join(examples, 'right.ts'), '--html', page);
  expect(stdout).toMatch(/^RIGHT/);
  expect(stderr).toContain(page);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(code).toBe(1);
});

test('.js, .mjs and .ts alike, outside of any package', async () => {
  for (const name of ['mine.js', 'mine.mjs']) {
    const { code, stdout } = await check(module(name, tanhFromZ));
    expect(stdout).toContain('dZ1 puts Z1 where the derivative needs A1.');
    expect(code).toBe(1);
  }
  const path = join(folder, 'right.ts');
  copyFileSync(join(examples, 'right.ts'), path);
  const { code, stdout } = await check(path);
  expect(stdout).toMatch(/^RIGHT: all 4 gradients agree/);
  expect(code).toBe(0);
});

test('exit 2 where the command line is wrong', async () => {
  const { code, stdout, stderr } = await check(join(examples, 'right.ts'), '--samples', 'all');
  expect(stderr).toContain('Use a whole number of at least 1.');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

test('TypeScript: an enum, a parameter property, and a module beside it that is called .js', async () => {
  module('sizes.ts', 'export enum Size {\n  n = 2,\n  m = 5,\n}\nexport type Unused = number;\n');
  const path = module(
    'typed.ts',
    `import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { Size, type Unused } from './sizes.js';

class Rows {
  constructor(readonly rows: number) {}
}
export const shapes = { X: [Size.n, Size.m], Y: [1, Size.m], W: [new Rows(1).rows, Size.n], b: [1, 1] };
export function forward(tf: any, { W, b }: Record<string, Tensor2D>, X: Tensor2D, Y: Tensor2D) {
  const Z = W.matMul(X).add(b);
  return { cost: tf.mean(tf.sub(tf.softplus(Z), Y.mul(Z))) as Scalar, cache: Z as Tensor2D };
}
export function backward(tf: any, _: object, X: Tensor2D, Y: Tensor2D, Z: Tensor2D) {
  const dZ = tf.sub(tf.sigmoid(Z), Y).div(X.shape[1] satisfies Unused);
  return { dW: tf.matMul(dZ, X, false, true), db: dZ.sum(1, true) };
}
`,
  );
  const { code, stdout, stderr } = await check(path);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^RIGHT: all 2 gradients/);
});

describe('one line, exit 1 and no stack trace', () => {
  const place = (name: string, line: number) =>
    new RegExp(`${name.replace('.', '\\.')}:${line}(:\\d+)?\\b`);

  test.each<[name: string, source: string | undefined, says: RegExp[]]>([
    ['missing.mjs', undefined, [/^There is no file .*missing\.mjs\.$/]],
    ['text.txt', 'hello', [/text\.txt is no module: give a \.js, \.mjs, \.cjs, \.ts/]],
    ['empty.mjs', '', [/exports no function forward\. Write: export function forward\(/]],
    ['noBackward.mjs', forward, [/exports no function backward\. Write: /]],
    ['syntax.mjs', 'const a = 1;\nconst = 2;\n', [/cannot be loaded: /, place('syntax.mjs', 2)]],
    ['syntax.ts', 'const a = 1;\nconst = 2;\n', [/cannot be loaded: /, place('syntax.ts', 2)]],
    [
      'namespace.ts',
      `const a = 1;\nexport namespace Layers {\n  export const n = 3;\n}\n${forward}`,
      [/a namespace is not read\. Export its contents/, place('namespace.ts', 2)],
    ],
    [
      'decorator.ts',
      `function log() {}\nclass A {\n  @log forward() {}\n}\n${forward}`,
      [/decorators are not read\. Call the function/, place('decorator.ts', 3)],
    ],
    [
      'commonJs.ts',
      "import fs = require('node:fs');\n",
      [/this is CommonJS\. Write import/, place('commonJs.ts', 1)],
    ],
    [
      'import.mjs',
      "const a = 1;\nthrow new Error('not today');\n",
      [/cannot be loaded: .*not today/, place('import.mjs', 2)],
    ],
    [
      'throws.mjs',
      `${forward}\nexport function backward() {\n  return nothing;\n}`,
      [/^backward throws: nothing is not defined/, place('throws.mjs', 6)],
    ],
    [
      'throws.ts',
      `// @ts-nocheck\n${forward}\nexport function backward() {\n  return nothing;\n}`,
      [/^backward throws: nothing is not defined/, place('throws.ts', 7)],
    ],
    [
      'doNotFit.mjs',
      `${forward}\nexport function backward(tf, p, X, Y, Z) {\n  return { dW: tf.matMul(Z, X) };\n}`,
      [/^backward.*matMul/, place('doNotFit.mjs', 6)],
    ],
    [
      'promise.mjs',
      `${forward}\nexport async function backward() {\n  return {};\n}`,
      [/^backward returns a promise/],
    ],
    [
      'disposes.mjs',
      `${forward}\nexport function backward(tf, p, X) {\n  X.dispose();\n  return {};\n}`,
      [/^backward disposes X, which is not its own\./],
    ],
    [
      'numbers.mjs',
      `${forward}\nexport function backward() {\n  return { dW: [[1]], db: 2 };\n}`,
      [/^backward returns an array for dW; return the tensor itself/],
    ],
    [
      'exits.mjs',
      `${forward}\nexport function backward() {\n  process.exit(0);\n}`,
      [/ends the process/],
    ],
  ])('%s', async (name, source, says) => {
    const path = source === undefined ? join(folder, name) : module(name, source);
    const { code, stdout, stderr } = await check(path);
    for (const words of says) expect(stderr.trim()).toMatch(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });
});
