import { beforeAll, describe, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { type BackendName, backends, useBackend } from '../../src/runtime/backends.js';

/** Why a backend does not work here; undefined where it does. */
const failures = new Map<BackendName, string | undefined>();
for (const name of Object.keys(backends) as BackendName[]) {
  failures.set(
    name,
    await useBackend(name).then(
      () => undefined,
      (error: Error) => error.message,
    ),
  );
}

/** The backends that work here, fastest first: native, wasm, cpu, then float64. */
export const workingBackends = [...failures.keys()].filter((name) => !failures.get(name));

/** A number as the backend holds it: float32, but for the one in double precision. */
export const asHeldOn = (name: BackendName) => (name === 'float64' ? Number : Math.fround);

/** For tests in which the backend plays no part. */
export const anyBackend = async () => {
  await useBackend('cpu');
};

/** Runs the same tests on every backend, and says by name which backend does not work here. */
export function onEachBackend(tests: (name: BackendName) => void): void {
  for (const [name, failure] of failures) {
    if (failure) {
      test.skip(`${name} backend: not run. ${failure}`, () => {});
      continue;
    }
    describe(`${name} backend`, () => {
      beforeAll(async () => {
        await tf.setBackend(backends[name].tfjsName);
      });
      tests(name);
    });
  }
}
