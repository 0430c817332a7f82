import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { BINDING, distrustIn } from './trust.js';
import { BackendDistrusted, BackendUnavailable, firstLine } from './unavailable.js';

/** An installed @tensorflow/tfjs-node, whether or not its binding has been built. */
export interface TfjsNode {
  readonly directory: string;
  readonly version: string;
  /** Where tfjs-node looks for its binding on Node 20 and later. */
  readonly binding: string;
}

const require = createRequire(import.meta.url);
const installed = import.meta.url.includes('/node_modules/');

/** The command that builds the native backend, here or where the package is installed. */
export const setupCommand = installed ? 'npx handgrad setup' : 'npm run setup';

/** The command that installs the packages again. */
export const reinstallCommand = installed ? 'npm install handgrad' : 'npm ci';

/**
 * Finds tfjs-node beside this package, or else in the user's project.
 * @throws BackendUnavailable when neither has it: it is an optional peer.
 */
export function locateTfjsNode(): TfjsNode {
  for (const from of [import.meta.url, join(process.cwd(), 'package.json')]) {
    try {
      const manifest = createRequire(from).resolve('@tensorflow/tfjs-node/package.json');
      const directory = dirname(manifest);
      const { version } = require(manifest) as { version: string };
      return {
        directory,
        version,
        binding: join(directory, 'lib', 'napi-v8', BINDING),
      };
    } catch {
      // Not here: look in the next place.
    }
  }
  const install = `npm install @tensorflow/tfjs-node@${tf.version_core} --ignore-scripts`;
  throw new BackendUnavailable(
    'The native backend needs @tensorflow/tfjs-node, which is not installed.',
    `Run "${installed ? `${install} && ${setupCommand}` : setupCommand}".`,
  );
}

/** @throws BackendUnavailable when tfjs-node is not installed, or its binding not built. */
export function findBinding(): TfjsNode {
  const tfjsNode = locateTfjsNode();
  if (existsSync(tfjsNode.binding)) return tfjsNode;
  throw new BackendUnavailable(
    'The TensorFlow binding of @tensorflow/tfjs-node is not built on this machine.',
    `Run "${setupCommand}".`,
  );
}

/** How TensorFlow spreads its work. Default: one operation over all cores, and as many at the same time. */
export interface Threads {
  /** Of an operation. Default with `operations`: its share of the cores. */
  readonly threads?: number;
  /** How many operations run at the same time. Default: as many as `threads`. */
  readonly operations?: number;
}

/**
 * Loads tfjs-node, which registers the backend `tensorflow` with tfjs-core (and, because it brings
 * all of TensorFlow.js along, every gradient). TensorFlow reads the number of its threads but once.
 * @throws BackendUnavailable when tfjs-node or its binding is missing, does not load, or is not, byte for
 * byte, what the set-up has built.
 */
export function loadNative(spread: Threads): {
  tfjs: string;
  tensorflow: string;
  threads?: string;
  operations?: string;
} {
  const { directory, version, binding } = findBinding();
  assertTrusted({ directory, binding });
  if (tf.findBackendFactory('tensorflow') === null) setEnvironment(spread);
  restoreUtil();
  try {
    // The binding first and alone: if it fails, nothing of tfjs-node has been registered yet.
    const { TF_Version } = require(binding) as { TF_Version: string };
    require(directory);
    const { TF_NUM_INTRAOP_THREADS: threads, TF_NUM_INTEROP_THREADS: operations } = process.env;
    const isTold = operations && operations !== threads;
    return {
      ...{ tfjs: version, tensorflow: TF_Version, ...(threads && { threads }) },
      ...(isTold && { operations }),
    };
  } catch (error) {
    throw new BackendUnavailable(
      `The TensorFlow binding of @tensorflow/tfjs-node does not load: ${firstLine(error)}.`,
      `Run "${setupCommand}" to build it anew.`,
    );
  }
}

/** @throws BackendDistrusted before anything of the library has run. */
function assertTrusted(tfjsNode: Pick<TfjsNode, 'binding' | 'directory'>): void {
  const distrust = distrustIn(tfjsNode);
  if (!distrust) return;
  throw new BackendDistrusted(
    `The native backend is not loaded: ${distrust.why}.`,
    distrust.isOwn ? `Run "${setupCommand}" to build it anew.` : ownCacheCure,
  );
}

/** Where a cache is not the user's alone. */
export const ownCacheCure = `Name a folder that only you can write in HANDGRAD_CACHE, then run "${setupCommand}".`;

/**
 * XLA may add up in another order, as TensorFlow does, and so use SIMD; not a number and infinity stay
 * what they are, and a division is none by a reciprocal.
 */
const xlaFlags = [
  '--xla_cpu_enable_fast_math=true',
  ...['nans', 'infs', 'division', 'functions'].map(
    (what) => `--xla_cpu_fast_math_honor_${what}=true`,
  ),
].join(' ');

/** What TensorFlow reads when it is loaded, where the user has not said otherwise. */
function setEnvironment(spread: Threads): void {
  const { env } = process;
  const share = (operations: number) =>
    Math.max(1, Math.floor(availableParallelism() / operations));
  const threads = spread.threads ?? (spread.operations && share(spread.operations));
  const { operations = threads } = spread;
  // Errors reach us as such; what it logs beside them is for its own developers.
  env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  env.XLA_FLAGS ??= xlaFlags;
  if (threads !== undefined && !env.TF_NUM_INTRAOP_THREADS) {
    env.TF_NUM_INTRAOP_THREADS = String(threads);
    env.TF_NUM_INTEROP_THREADS ??= String(operations);
  }
  // TensorFlow's own default depends on the processor, and kernels that only oneDNN has with it.
  if (process.arch === 'x64') env.TF_ENABLE_ONEDNN_OPTS ??= '1';
}

/** tfjs-node 4.22 calls two functions that Node 22 deprecates and Node 23 has removed. */
function restoreUtil(): void {
  Object.assign(util, {
    isArray: Array.isArray,
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  });
}
