import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../core/errors.js';
import { assertOptions } from '../core/options.js';
import { FLOAT64 } from '../float64/name.js';
import { type BackendName, backendNames } from './backendNames.js';
import { findBinding, loadNative, reinstallCommand } from './native.js';
import { BackendDistrusted, BackendUnavailable, firstLine } from './unavailable.js';

export interface BackendVersions {
  /** Version of the TensorFlow.js package with the backend. */
  readonly tfjs: string;
  /** Version of the underlying TensorFlow library, if any. */
  readonly tensorflow?: string;
  /** Of an operation. Set if it differs from one per core. */
  readonly threads?: string;
  /** At the same time. Set if it differs from `threads`. */
  readonly operations?: string;
}

/** The active backend. */
export interface Backend {
  readonly name: BackendName;
  /** Human-readable: `native TensorFlow (tfjs 4.22.0, tensorflow 2.15.1)`. */
  readonly description: string;
  readonly versions: BackendVersions;
}

/** A preferred backend, as returned by `fittingBackend`. */
export interface BackendPreference {
  /** What `auto` tries first. Default: native. */
  readonly first?: BackendName;
  /**
   * Threads of an operation of native TensorFlow. Default: one per core, shared by the `operations`. Takes
   * effect when the backend first starts in a process, unless TF_NUM_INTRAOP_THREADS is set.
   */
  readonly threads?: number;
  /** How many operations native TensorFlow runs at the same time. Default: as many as `threads`. */
  readonly operations?: number;
}

interface BackendEntry {
  /** The backend's name in TensorFlow.js. */
  readonly tfjsName: string;
  readonly title: string;
  /** Registers the backend with tfjs-core. Only `native` also registers gradients. */
  load(preference: BackendPreference): Promise<BackendVersions>;
  /** Throws before anything is loaded if a separately installed part is missing. */
  assertInstalled?(): void;
}

/** All backends. Packages are imported only when their backend is used. */
export const backends = {
  native: {
    tfjsName: 'tensorflow',
    title: 'native TensorFlow',
    load: async (preference: BackendPreference) => loadNative(preference),
    assertInstalled: () => void findBinding(),
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
      // On first use in Node, the backend prints a banner recommending tfjs-node.
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
} as const satisfies Record<BackendName, BackendEntry>;

export { type BackendName, backendNames };

/** The backends `auto` tries, fastest first. */
const automatic: readonly BackendName[] = ['native', 'wasm', 'cpu'];

/**
 * Activates the named backend, or with `auto` the first that works.
 * @throws BackendError if a named backend does not work, with the reason and how to install it. There
 * is no fallback to another backend.
 */
export async function useBackend(
  name: BackendName | 'auto' = 'auto',
  preference: BackendPreference = {},
): Promise<Backend> {
  assertOptions('useBackend', preference, {
    ...{ first: true, threads: true, operations: true },
  });
  if (name !== 'auto') return start(name, preference);
  const { first = automatic[0] } = preference;
  assertKnown(first);
  const failures: string[] = [];
  for (const candidate of new Set([first, ...automatic])) {
    try {
      return await start(candidate, preference);
    } catch (error) {
      const { message } = error as BackendError;
      failures.push(message);
      // A backend that is missing is nothing to speak of; one that may have been planted is.
      if (error instanceof BackendDistrusted) process.emitWarning(message, 'HandgradWarning');
    }
  }
  throw new BackendError(`No backend works on this machine. ${failures.join(' ')}`);
}

/** Checks before any work that a named backend is installed. @throws BackendError */
export function assertInstalled(name: BackendName | 'auto'): void {
  if (name === 'auto') return;
  const backend: BackendEntry = backends[name];
  backend.assertInstalled?.();
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
