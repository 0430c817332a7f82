import { Command } from 'commander';
import { setupNative } from '../runtime/nativeSetup.js';
import { interruptible, say } from './terminal.js';

export const setup = new Command('setup')
  .summary('build the native TensorFlow backend')
  .description(
    'Builds the binding of @tensorflow/tfjs-node, which must be installed: fetches TensorFlow with pip, ' +
      'compiles with g++ (about a minute), and keeps the result for the next time.',
  )
  .action(() => interruptible(run));

async function run(signal: AbortSignal): Promise<void> {
  await setupNative({ onMessage: say, signal });
  say('The native backend works.');
}
