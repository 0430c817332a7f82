import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { Browser } from 'playwright-core';
import {
  bundle,
  gzipped,
  type Installed,
  install,
  run as must,
  root,
  weigh,
  xor,
} from '../scripts/package/install.js';
import { noChromium, startChromium } from './support/chromium.js';
import { withChromium } from './support/needs.js';
import { ambiguousNames, forgottenTypes } from './support/publicTypes.js';
import { temporaryFolder } from './support/temporaryFolder.js';

const folder = temporaryFolder();
const bin = (name: string) => join(root, 'node_modules', '.bin', name);

let it: Installed;
let app: string;
beforeAll(() => {
  it = install(folder);
  ({ app } = it);
}, 300_000);

function run(cwd: string, command: string, ...args: string[]) {
  const env = { ...process.env, HANDGRAD_DATA_URL: 'http://127.0.0.1:9/' }; // fetch never goes there
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const installed = (...path: string[]) => join(app, 'node_modules', 'handgrad', ...path);

const rooms = ['handgrad', ...['oracle', 'float64', 'export', 'data', 'course'].map(inside)];

function inside(room: string): string {
  return `handgrad/${room}`;
}

const entry = (room: string) =>
  room === 'handgrad' ? 'index' : `${room.slice('handgrad/'.length)}/index`;

describe('the tarball', () => {
  test('has what it needs, and no tests', () => {
    const paths = it.packed.files.map(({ path }) => path);
    const tops = new Set(paths.map((path) => path.split('/')[0]));
    expect([...tops].sort()).toEqual(
      [
        ...['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'],
        ...['dist', 'examples', 'models', 'src'],
      ].sort(),
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
    const python = (top: string) =>
      paths
        .filter((path) => path.startsWith(`${top}/`) && /\.pyc?$/.test(path))
        .map((path) => path.slice(top.length))
        .sort();
    expect(python('dist')).toContain('/oracle/python/child.py');
    expect(python('dist')).toEqual(python('src'));
  });

  test('is below 3.95 MB: the cat model, every layer and format, every kind of mistake, jobs on many machines with recorded shards, and the list of its parts, as source, build and types', () => {
    expect(it.packed.size).toBeLessThan(3.95e6);
  });

  test('brings at most 45 packages and 120 MB along', () => {
    const { packages, megabytes } = weigh(it);
    expect(packages).toBeGreaterThan(10);
    expect(packages).toBeLessThanOrEqual(45);
    expect(megabytes).toBeGreaterThan(50);
    expect(megabytes).toBeLessThanOrEqual(120);
  });

  test('carries the licence of each package that is bundled in it', () => {
    const licences = readFileSync(installed('dist', 'vendor', 'LICENSES.txt'), 'utf8');
    for (const name of ['vega', 'vega-lite', 'd3-array', 'katex', 'highlight.js', 'sucrase']) {
      expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+$`, 'm'));
    }
  });

  test('dist has what src has, and nothing older', () => {
    const names = (top: string, ending: RegExp) =>
      readdirSync(installed(top), { recursive: true, encoding: 'utf8' })
        .filter((path) => ending.test(path))
        .map((path) => path.split(sep).join('/').replace(ending, ''))
        .sort();
    const sources = names('src', /(?<!\.d)\.ts$/);
    expect(names('dist', /\.js$/)).toEqual(sources);
    const carried = sources.filter((path) => path.startsWith('vendor/'));
    expect(carried.length).toBeGreaterThan(3);
    const isTyped = (path: string) =>
      !carried.includes(path) && !/^(cli|jobs|compiled\/wasm)\//.test(path);
    expect(names('dist', /\.d\.ts$/)).toEqual(sources.filter(isTyped));
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
    expect(
      must(folder, bin('publint'), 'run', it.tarball, '--strict', '--level', 'warning'),
    ).toMatch(/All good!/);
  }, 60_000);

  test('attw finds nothing', () => {
    must(folder, bin('attw'), it.tarball, '--profile', 'esm-only', '--no-color');
  }, 60_000);
});

describe('the import paths', () => {
  test('importing the main one registers no gradient, built or from src; the oracle does', async () => {
    await import('../src/index.js');
    const kernels = Object.values<unknown>({ ...tf }).filter((value) => typeof value === 'string');
    expect(kernels.filter((kernel) => tf.getGradient(kernel) !== undefined)).toEqual([]);

    writeFileSync(
      join(app, 'registry.js'),
      `import * as tf from '@tensorflow/tfjs-core';
const kernels = Object.values({ ...tf }).filter((value) => typeof value === 'string');
const registered = () => kernels.filter((kernel) => tf.getGradient(kernel) !== undefined).length;
const counts = {};
for (const room of ${JSON.stringify(rooms.toSorted((a) => (a === 'handgrad/oracle' ? 1 : -1)))}) {
  await import(room);
  counts[room] = registered();
}
console.log(JSON.stringify({ counts, chained: typeof tf.Tensor.prototype.matMul }));`,
    );
    const { counts, chained } = JSON.parse(must(app, process.execPath, 'registry.js'));
    const { 'handgrad/oracle': oracle, ...others } = counts;
    expect(Object.values(others)).toEqual([0, 0, 0, 0, 0]);
    expect(oracle).toBeGreaterThan(95); // of the 101 of TensorFlow.js
    expect(chained).toBe('function');
  });

  test('no name means two things', () => {
    const files = rooms.map((room) => installed('dist', `${entry(room)}.d.ts`));
    expect(ambiguousNames(files)).toEqual([]);
  }, 60_000);

  test('every type in a public signature is exported from the same path', () => {
    const files = rooms.map((room) => installed('dist', `${entry(room)}.d.ts`));
    expect(forgottenTypes(files, installed('dist'))).toEqual([]);
  }, 60_000);
});

describe('in a browser', () => {
  const check = `
import { checkGradients } from 'handgrad/oracle';

const report = (factor) =>
  checkGradients({
    shapes: { X: ['n', 'm'], Y: [1, 'm'], W: [1, 'n'], b: [1, 1] },
    forward: (tf, { W, b }, X, Y) => {
      const Z = W.matMul(X).add(b);
      return { cost: tf.mean(tf.sub(tf.softplus(Z), Y.mul(Z))), cache: Z };
    },
    backward: (tf, params, X, Y, Z) => {
      const dZ = tf.sub(tf.sigmoid(Z), Y).mul(factor);
      return { dW: tf.matMul(dZ, X, false, true).div(X.shape[1]), db: dZ.mean(1, true) };
    },
  });
globalThis.answer = [(await report(1)).passed, (await report(2)).passed];
`;
  const programs = [
    ['DeepNeuralNetwork', xor, [0, 1, 1, 0]],
    ['checkGradients', check, [true, false]],
  ] as const;

  let browser: Browser;
  beforeAll(async () => {
    if (!noChromium) browser = await startChromium();
  });
  afterAll(() => browser?.close());

  /** What a page's program answers. */
  async function answerOf(files: Readonly<Record<string, string>>): Promise<unknown> {
    const server = createServer(({ url }, response) => {
      const [path] = (url ?? '/').slice(1).split('?');
      const html = '<!doctype html><script type="module" src="/main.js"></script>';
      response.setHeader('content-type', path === '' ? 'text/html' : 'text/javascript');
      response.end(path === '' ? html : files[path]);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const page = await browser.newPage();
    try {
      const errors: string[] = [];
      page.on('pageerror', ({ message }) => errors.push(message));
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await page.waitForFunction('globalThis.answer !== undefined', undefined, { timeout: 50_000 });
      expect(errors).toEqual([]);
      return await page.evaluate('globalThis.answer');
    } finally {
      await page.close();
      server.closeAllConnections();
      server.close();
    }
  }

  withChromium.describe('in Chromium', () => {
    test.each(programs)(
      '%s, bundled by esbuild',
      async (_, source, expected) => {
        const main = Buffer.from(await bundle(it, source)).toString('utf8');
        expect(await answerOf({ 'main.js': main })).toEqual(expected);
      },
      120_000,
    );

    test.each(programs)(
      '%s, bundled by vite',
      async (name, source, expected) => {
        const from = join(app, `vite-${name}`);
        mkdirSync(from);
        writeFileSync(join(from, 'main.js'), source);
        const config = { build: { target: 'es2022', modulePreload: false, minify: false } };
        writeFileSync(
          join(from, 'vite.config.mjs'),
          `export default ${JSON.stringify({ ...config, logLevel: 'warn' })};`,
        );
        writeFileSync(join(from, 'index.html'), '<script type="module" src="./main.js"></script>');
        must(from, bin('vite'), 'build');
        const assets = join(from, 'dist', 'assets');
        const names = readdirSync(assets).filter((file) => file.endsWith('.js'));
        const files = names.map((file) => [
          `assets/${file}`,
          readFileSync(join(assets, file), 'utf8'),
        ]);
        const main = names.find((file) => file.startsWith('index-'))!;
        const all = { ...Object.fromEntries(files), 'main.js': `import '/assets/${main}';` };
        expect(await answerOf(all)).toEqual(expected);
      },
      120_000,
    );
  });

  test('a network on the cpu backend is at most 159 kB, gzipped: any layer and optimizer, validation, metrics, bounds on what is read, steps that others make, and the code generator for WASM, draws among it', async () => {
    expect(gzipped(await bundle(it, xor))).toBeLessThanOrEqual(159);
  });

  test('no room needs a module of Node, and what needs a folder says what to do instead', async () => {
    const everything = rooms.map((room) => `export * from '${room}';`).join('\n');
    const names = (await import(pathToFileURL(installed('dist', 'browser.js')).href)) as Record<
      string,
      (path: string) => unknown
    >;
    const code = Buffer.from(await bundle(it, everything)).toString();
    expect(code).toContain('a browser has no folders'); // src/browser.ts is in it
    expect(code).not.toMatch(/\bfrom\s*["']node:|\bimport\s*["']node:/);
    const calls = ['fileSystem', 'writeFolder', 'readWhole', 'loadDataset', 'readPicture'];
    for (const name of calls) {
      await expect((async () => names[name]('models/xor'))()).rejects.toThrow(
        /^models\/xor cannot be (reached|read): a browser has no (folders|files)\. \w/,
      );
    }
  });
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

describe('installed, what needs a library of the build', () => {
  test('check reads TypeScript, and the examples of the README are there', () => {
    const example = (name: string) =>
      run(app, 'npx', 'handgrad', 'check', `node_modules/handgrad/examples/check/${name}`);
    const right = example('right.ts');
    expect(right).toMatchObject({ status: 0, stderr: '' });
    const wrong = example('tanh-from-z.mjs');
    expect(wrong.status).toBe(1);
    expect(wrong.stdout).toContain('dZ1 puts Z1 where the derivative needs A1.');
  }, 120_000);

  test('a report has its equations, listings and charts', () => {
    must(app, 'npx', 'handgrad', 'course', 'activations', '--html', 'course.html');
    const page = readFileSync(join(app, 'course.html'), 'utf8');
    expect(page).toContain('<math');
    expect(page).toContain('hljs-');
    expect(page).toContain('class="chart"');
  }, 120_000);
});

describe('installed, from TypeScript', () => {
  const program = `
import { binaryCrossEntropy, DeepNeuralNetwork, matrix, useBackend } from 'handgrad';
import { type FitOptions, sigmoid, tanh } from 'handgrad';
import { fileSystem } from 'handgrad/export';
import { checkNetwork, type GradientReport } from 'handgrad/oracle';

await useBackend('wasm');
const X = matrix([0, 0, 1, 1, 0, 1, 0, 1], [2, 4]);
const Y = matrix([0, 1, 1, 0], [1, 4]);
const model = new DeepNeuralNetwork([2, 4, 1], [tanh, sigmoid], { loss: binaryCrossEntropy, seed: 3 });
const report: GradientReport = await checkNetwork(model.network, model.parameters, X, Y);
const options: FitOptions = { iterations: 3000, learningRate: 0.5 };
const { history } = await model.fit(X, Y, options);
const cost: number | undefined = history.cost.at(-1);
const worst: number | undefined = report.parameters[0]?.worst?.index[0];
await model.save(fileSystem('models/xor'));
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
