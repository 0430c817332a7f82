import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../core/errors.js';

/** The check that runs now: another one waits, since the backend is everybody's. */
let underWay: Promise<unknown> = Promise.resolve();

/** Runs it on a backend, after all that were asked for before. @throws BackendError */
export async function onBackend<T>(name: string, run: () => T): Promise<T> {
  const turn = underWay.then(async () => {
    if (!tf.findBackendFactory(name)) {
      throw new BackendError(
        `TensorFlow.js has no backend ${name} here. Load it first, with useBackend or its package.`,
      );
    }
    const before = tf.engine().backendName;
    await tf.setBackend(name);
    try {
      return run();
    } finally {
      if (before && before !== name) await tf.setBackend(before);
    }
  });
  underWay = turn.catch(() => {});
  return turn;
}
