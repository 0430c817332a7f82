import { beforeAll } from '@jest/globals';
import {
  assertInstalled,
  type BackendName,
  backendNames,
  useBackend,
} from '../../src/runtime/backends.js';
import { needing } from './needs.js';

/** Native is the one backend that a machine may lack; one that is installed and does not start fails its tests. */
function installed(name: BackendName): boolean {
  try {
    assertInstalled(name);
    return true;
  } catch {
    return false;
  }
}

/** The backends that are installed here, fastest first: native, wasm, cpu, then float64. */
export const workingBackends = backendNames.filter(installed);

export const withNative = needing('native', workingBackends.includes('native'));

/** A number as the backend holds it: float32, but for the one in double precision. */
export const asHeldOn = (name: BackendName) => (name === 'float64' ? Number : Math.fround);

/** For tests in which the backend plays no part. */
export const anyBackend = async () => {
  await useBackend('cpu');
};

/** Runs the same tests on every backend. Each is started when its tests are reached. */
export function onEachBackend(tests: (name: BackendName) => void): void {
  for (const name of backendNames) {
    needing('native', workingBackends.includes(name)).describe(`${name} backend`, () => {
      beforeAll(async () => {
        await useBackend(name);
      });
      tests(name);
    });
  }
}
