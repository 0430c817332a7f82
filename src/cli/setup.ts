import { setupNative } from '../runtime/nativeSetup.js';
import { say } from './terminal.js';

/** `handgrad setup`. */
export async function run(signal: AbortSignal): Promise<void> {
  await setupNative({ onMessage: say, signal });
  say('The native backend works.');
}
