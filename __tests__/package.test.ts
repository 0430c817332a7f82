import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from './support/temporaryFolder.js';

/*
 * The package as others get it: built, packed, and installed in a folder that knows nothing of
 * this checkout. npm is asked for what it has at hand first, and for the rest goes to its registry.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = temporaryFolder();
const checkout = join(folder, 'checkout');
const app = join(folder, 'app');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);

let tarball: string;
let packed: { size: number; files: { path: string }[] };

function run(cwd: string, command: string, ...args: string[]) {
  const env = { ...process.env, HANDGRAD_DATA_URL: 'http://127.0.0.1:9/' }; // fetch never goes there
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

function must(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr } = run(cwd, command, ...args);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}

/** A copy, since the build writes into the folder and others may be using it. */
function copyCheckout(): void {
  const left = ['.git', 'node_modules', 'dist', 'data', 'coverage', join('models', 'latest')];
  cpSync(root, checkout, {
    recursive: true,
    filter: (path) => !left.includes(relative(root, path)),
  });
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
}

beforeAll(() => {
  copyCheckout();
  must(checkout, 'npm', 'run', 'build');
  const answer = must(checkout, 'npm', 'pack', '--json', '--pack-destination', folder);
  [packed] = JSON.parse(answer);
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz'))!);
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }');
  const quick = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  must(app, 'npm', 'install', ...quick, tarball);
}, 300_000);

const installed = (...path: string[]) => join(app, 'node_modules', 'handgrad', ...path);

describe('the tarball', () => {
  test('has what it needs, and no tests', () => {
    const paths = packed.files.map(({ path }) => path);
    const tops = new Set(paths.map((path) => path.split('/')[0]));
    expect([...tops].sort()).toEqual(
      ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'models', 'package.json', 'src'].sort(),
    );
    expect(paths.filter((path) => path.startsWith('models/')).sort()).toEqual(
      ['card.json', 'model.json', 'weights.bin'].map((name) => `models/cat/${name}`),
    );
    expect(
      paths.filter((path) => /__tests__|\.test\.|\.tsbuildinfo$|\.log$|\.tmp/.test(path)),
    ).toEqual([]);
    for (const path of ['dist/index.js', 'dist/index.d.ts', 'dist/cli/main.js', 'src/index.ts']) {
      expect(paths).toContain(path);
    }
  });

  test('is below 2 MB', () => expect(packed.size).toBeLessThan(2e6));

  test('dist has what src has, and nothing older', () => {
    const names = (top: string, ending: RegExp) =>
      readdirSync(installed(top), { recursive: true, encoding: 'utf8' })
        .filter((path) => ending.test(path))
        .map((path) => path.split(sep).join('/').replace(ending, ''))
        .sort();
    const sources = names('src', /(?<!\.d)\.ts$/);
    expect(names('dist', /\.js$/)).toEqual(sources);
    expect(names('dist', /\.d\.ts$/)).toEqual(sources);
  });

  test('every source map points at a file that is there', () => {
    const maps = readdirSync(installed('dist'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.map'))
      .map((path) => installed('dist', path));
    expect(maps.length).toBeGreaterThan(100);
    const astray = maps.flatMap((map) =>
      (JSON.parse(readFileSync(map, 'utf8')).sources as string[])
        .filter((source) => !existsSync(join(dirname(map), source)))
        .map((source) => `${map} names ${source}`),
    );
    expect(astray).toEqual([]);
  });

  test('publint finds nothing', () => {
    expect(must(folder, bin('publint'), 'run', tarball, '--strict')).toMatch(/All good!/);
  }, 60_000);

  test('attw finds nothing', () => {
    must(folder, bin('attw'), tarball, '--profile', 'esm-only', '--no-color');
  }, 60_000);
});

describe('installed, from the command line', () => {
  test('npx handgrad doctor: wasm and cpu work, and native says how to get it', () => {
    const { status, stdout } = run(app, 'npx', 'handgrad', 'doctor');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^native +does not work$/m);
    expect(stdout).toMatch(/^wasm +works/m);
    expect(stdout).toMatch(/^cpu +works/m);
    expect(stdout).toContain(
      'Run "npm install @tensorflow/tfjs-node@4.22.0 --ignore-scripts && npx handgrad setup".',
    );
  }, 60_000);

  test('npx handgrad train on the embedded set, over WASM', () => {
    const train = ['train', '--iterations', '50', '--backend', 'wasm', '--json'];
    const result = JSON.parse(must(app, 'npx', 'handgrad', ...train));
    expect(result).toMatchObject({
      backend: 'wasm',
      layers: [12288, 20, 7, 5, 1],
      iterations: 50,
      gradientCheck: { passed: true },
      model: 'models/latest',
    });
    expect(result.costs[49]).toBeLessThan(result.costs[0]);
    expect(existsSync(join(app, 'models', 'latest', 'weights.bin'))).toBe(true);
  }, 120_000);
});

describe('installed, from TypeScript', () => {
  const program = `
import { binaryCrossEntropy, checkNetwork, DeepNeuralNetwork, matrix, useBackend } from 'handgrad';
import { type FitOptions, folder, type GradientReport, sigmoid, tanh } from 'handgrad';

await useBackend('wasm');
const X = matrix([0, 0, 1, 1, 0, 1, 0, 1], [2, 4]);
const Y = matrix([0, 1, 1, 0], [1, 4]);
const model = new DeepNeuralNetwork([2, 4, 1], [tanh, sigmoid], { loss: binaryCrossEntropy, seed: 3 });
const report: GradientReport = await checkNetwork(model.network, model.parameters, X, Y);
const options: FitOptions = { iterations: 3000, learningRate: 0.5 };
const { history } = await model.fit(X, Y, options);
const cost: number | undefined = history.cost.at(-1);
const worst: number | undefined = report.parameters[0]?.worst?.index[0];
await model.save(folder('models/xor'));
const loaded = await DeepNeuralNetwork.load('models/xor');
const said = [...loaded.predictProb(X).dataSync()];
console.log(JSON.stringify({ passed: report.passed, cost, said, worst }));
`;
  /** What tsc says of a program in the app; skipLibCheck is said outright. */
  function compile(name: string, source: string, skipLibCheck: boolean): string[] {
    writeFileSync(join(app, `${name}.ts`), source);
    const compilerOptions = {
      ...{ target: 'es2023', module: 'nodenext', rootDir: '.', outDir: 'out', types: [] },
      ...{ strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true },
      skipLibCheck,
    };
    writeFileSync(
      join(app, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: [`${name}.ts`] }),
    );
    return run(app, bin('tsc'), '-p', '.', '--pretty', 'false').stdout.split('\n').filter(Boolean);
  }

  test('a strict program type-checks, trains and checks a network', () => {
    expect(
      compile('main', `declare const console: { log(text: string): void };${program}`, true),
    ).toEqual([]);
    const { passed, cost, said, worst } = JSON.parse(must(app, process.execPath, 'out/main.js'));
    expect({ passed, worst }).toEqual({ passed: true, worst: expect.any(Number) });
    expect(cost).toBeLessThan(0.1);
    expect(said.map(Math.round)).toEqual([0, 1, 1, 0]);
  }, 120_000);

  test('the types of handgrad need no skipLibCheck; those of TensorFlow.js do', () => {
    const errors = compile('main', program, false).filter((line) => /^\S/.test(line));
    expect(errors.some((line) => line.startsWith('node_modules/@tensorflow/'))).toBe(true);
    expect(errors.filter((line) => line.startsWith('node_modules/handgrad/'))).toEqual([]);
  }, 120_000);

  test('the example of the README does what it says', () => {
    const readme = readFileSync(installed('README.md'), 'utf8');
    const [, example] = /```ts\n([\s\S]*?)```/.exec(readme)!;
    expect(compile('readme', example, true).filter((line) => !/'console'/.test(line))).toEqual([]);
    const said = must(app, process.execPath, 'out/readme.js');
    const [first, ...rest] = said.trim().split('\n');
    expect(first).toBe('true');
    // XOR, as far as a network can be sure of it.
    const numbers = rest
      .join(' ')
      .match(/\d+(\.\d+)?(e-\d+)?/g)!
      .map(Number);
    const score = 1;
    expect(numbers.map(Math.round)).toEqual([0, 1, 1, 0, score]);
    expect(existsSync(join(app, 'models', 'xor', 'model.json'))).toBe(true);
  }, 120_000);
});
