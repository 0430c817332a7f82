/** Builds the native backend, or says in one line why not: the WASM backend takes over then. */
import { AbortError, BackendError } from '../src/core/errors.js';
import { setupNative } from '../src/runtime/nativeSetup.js';

const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => controller.abort());
}

try {
  const onMessage = (message: string) => console.error(message);
  const { status } = await setupNative({ onMessage, signal: controller.signal });
  if (status !== 'ready') console.error('The native TensorFlow backend is ready.');
} catch (error) {
  if (error instanceof AbortError) {
    console.error(error.message);
    process.exitCode = 1;
  } else if (error instanceof BackendError) {
    console.error(`${error.message} Until then the WASM backend is used.`);
  } else {
    throw error;
  }
}
