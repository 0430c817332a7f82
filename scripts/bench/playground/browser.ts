import { startBackend } from '../../../web/shared/backend.js';
import { run } from './turns.js';

/** What the bench calls in the page. */
const steps = {
  start: async (backend: 'wasm' | 'cpu') => (await startBackend([backend])).name,
  run,
};
Object.assign(globalThis, { steps });

export type Steps = typeof steps;
