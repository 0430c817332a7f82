import type { Command } from 'commander';
import { interruptible } from '../ending.js';

export const define = (command: Command): Command =>
  command
    .description(
      'Builds the binding of @tensorflow/tfjs-node, which must be installed: downloads TensorFlow with ' +
        'pip, compiles the binding with g++ (about a minute), and caches the result.',
    )
    .action(() => interruptible(async (signal) => (await import('../setup.js')).run(signal)));
