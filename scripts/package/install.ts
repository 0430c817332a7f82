import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/*
 * The package as others get it: built, packed, and installed in a folder that knows nothing of this
 * checkout. npm is asked for what it has at hand first, and for the rest goes to its registry.
 */

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Installed {
  /** The folder of a program that depends on handgrad. */
  readonly app: string;
  readonly tarball: string;
  readonly packed: { readonly size: number; readonly files: readonly { readonly path: string }[] };
}

/** What is not part of a checkout, or too much to copy. */
const left = ['.git', 'node_modules', 'dist', 'data', 'coverage', join('models', 'latest')];

/** Packs a copy, since the build writes into the folder and others may be using it. */
export function install(folder: string): Installed {
  const checkout = join(folder, 'checkout');
  const app = join(folder, 'app');
  cpSync(root, checkout, {
    recursive: true,
    filter: (path) => !left.includes(relative(root, path)),
  });
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
  const pack = ['pack', '--foreground-scripts=false', '--json']; // `prepack` builds
  const answer = run(checkout, 'npm', ...pack, '--pack-destination', folder);
  const [packed] = JSON.parse(answer.slice(answer.indexOf('[\n')));
  const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz'))!);
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }');
  const quick = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  run(app, 'npm', 'install', ...quick, tarball);
  return { app, tarball, packed };
}

/** What a command prints. @throws Error with all that it printed, where it fails. */
export function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}

/** What lies in node_modules: the packages, and the MB that they take on the disk, as `du` counts them. */
export function weigh({ app }: Installed): { packages: number; megabytes: number } {
  const lock = JSON.parse(
    readFileSync(join(app, 'node_modules', '.package-lock.json'), 'utf8'),
  ) as { packages: Record<string, unknown> };
  const files = readdirSync(join(app, 'node_modules'), { recursive: true, withFileTypes: true });
  const bytes = files
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + 512 * statSync(join(parentPath, name)).blocks, 0);
  return { packages: Object.keys(lock.packages).length, megabytes: bytes / 1e6 };
}

/** A program that trains XOR on the cpu backend. */
export const xor = `
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { DeepNeuralNetwork, matrix, sigmoid, tanh } from 'handgrad';

await tf.setBackend('cpu');
const X = matrix([0, 0, 1, 1, 0, 1, 0, 1], [2, 4]);
const Y = matrix([0, 1, 1, 0], [1, 4]);
const model = new DeepNeuralNetwork([2, 4, 1], [tanh, sigmoid], { seed: 3 });
await model.fit(X, Y, { iterations: 3000, learningRate: 0.5 });
globalThis.answer = Array.from(model.predictProb(X).dataSync(), Math.round);
`;

/** A program as one file for browsers, by esbuild. @throws Error where it needs Node. */
export async function bundle({ app }: Installed, source: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: app, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0].contents;
}

/** In kB, as a server sends it. */
export const gzipped = (bytes: Uint8Array): number => gzipSync(bytes, { level: 9 }).length / 1000;
