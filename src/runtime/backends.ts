import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../core/errors.js';
import { assertOptions } from '../core/options.js';
import { FLOAT64 } from '../float64/name.js';
import { demandBinding, loadNative, reinstallCommand } from './native.js';
import { BackendUnavailable, firstLine } from './unavailable.js';

export interface BackendVersions {
  /** The TensorFlow.js package that holds the backend. */
  readonly tfjs: string;
  /** The TensorFlow library under it, where there is one. */
  readonly tensorflow?: string;
  /** Where it is not one for each core. */
  readonly threads?: string;
}

/** The backend that computes. */
export interface Backend {
  readonly name: BackendName;
  /** For people: `native TensorFlow (tfjs 4.22.0, tensorflow 2.15.1)`. */
  readonly description: string;
  readonly versions: BackendVersions;
}

/** What suits the work, as `fittingBackend` says it. */
export interface BackendPreference {
  /** What `auto` tries first. Default: native. */
  readonly first?: BackendName;
  /**
   * Of native TensorFlow. Default: one for each core. It counts when the backend first starts in a
   * process, where the environment does not say TF_NUM_INTRAOP_THREADS.
   */
  readonly threads?: number;
}

interface BackendEntry {
  /** The name under which TensorFlow.js knows the backend. */
  readonly tfjsName: string;
  readonly title: string;
  /** Registers the backend with tfjs-core; registers no gradients, but for `native`. */
  load(preference: BackendPreference): Promise<BackendVersions>;
  /** Throws, before anything is loaded, where a part that is installed by itself is not there. */
  demandInstalled?(): void;
}

/** Every backend. Each package is imported when its backend is asked for, and not before. */
export const backends = {
  native: {
    tfjsName: 'tensorflow',
    title: 'native TensorFlow',
    load: async ({ threads }: BackendPreference) => loadNative(threads),
    demandInstalled: () => void demandBinding(),
  },
  wasm: {
    tfjsName: 'wasm',
    title: 'WebAssembly',
    load: async () => {
      const { version_wasm } = await import('@tensorflow/tfjs-backend-wasm');
      return { tfjs: version_wasm };
    },
  },
  cpu: {
    tfjsName: 'cpu',
    title: 'plain JavaScript',
    load: async () => {
      const { version_cpu } = await import('@tensorflow/tfjs-backend-cpu');
      // On its first use in Node the backend prints a banner that advertises tfjs-node.
      Object.assign(tf.findBackend('cpu'), { firstUse: false });
      return { tfjs: version_cpu };
    },
  },
  float64: {
    tfjsName: FLOAT64,
    title: 'double precision',
    load: async () => {
      await import('../float64/index.js');
      return { tfjs: tf.version_core };
    },
  },
} as const satisfies Record<string, BackendEntry>;

export type BackendName = keyof typeof backends;

export const backendNames = Object.keys(backends) as readonly BackendName[];

/** What `auto` tries, fastest first. */
const automatic: readonly BackendName[] = ['native', 'wasm', 'cpu'];

/**
 * Makes a backend the current one: the one that is named, or with `auto` the first that works.
 * @throws BackendError when the named backend does not work here: why, and how to get it. Another
 * one is never taken in its place.
 */
export async function useBackend(
  name: BackendName | 'auto' = 'auto',
  preference: BackendPreference = {},
): Promise<Backend> {
  assertOptions('useBackend', preference, { first: true, threads: true });
  if (name !== 'auto') return start(name, preference);
  const { first = automatic[0] } = preference;
  assertKnown(first);
  const failures: string[] = [];
  for (const candidate of new Set([first, ...automatic])) {
    try {
      return await start(candidate, preference);
    } catch (error) {
      failures.push((error as BackendError).message);
    }
  }
  throw new BackendError(`No backend works on this machine. ${failures.join(' ')}`);
}

/** @throws BackendError where a backend that is named is not installed: better known before any work. */
export function demandInstalled(name: BackendName | 'auto'): void {
  if (name === 'auto') return;
  const backend: BackendEntry = backends[name];
  backend.demandInstalled?.();
}

async function start(name: BackendName, preference: BackendPreference): Promise<Backend> {
  assertKnown(name);
  const backend: BackendEntry = backends[name];
  try {
    const versions = await backend.load(preference);
    if (!(await tf.setBackend(backend.tfjsName))) throw new Error('it could not be initialised');
    return { name, description: describe(backend.title, versions), versions };
  } catch (error) {
    if (error instanceof BackendError) throw error;
    throw new BackendUnavailable(
      `The ${name} backend does not start: ${firstLine(error)}.`,
      `Install the packages again: "${reinstallCommand}".`,
    );
  }
}

function assertKnown(name: string): void {
  if (Object.hasOwn(backends, name)) return;
  const known = ['auto', ...backendNames].join(', ');
  throw new BackendError(`There is no backend called ${name}. Use one of ${known}.`);
}

function describe(title: string, versions: BackendVersions): string {
  const list = Object.entries(versions).map(([what, version]) => `${what} ${version}`);
  return `${title} (${list.join(', ')})`;
}
