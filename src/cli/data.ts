import { Command, Option } from 'commander';
import { downloadCatSet } from '../data/catSet.js';
import { interruptible, progressBar, say } from './terminal.js';

export const data = new Command('data')
  .summary('download the real cat set')
  .description(
    'Downloads the two files of the cat set (3 MB) from GitHub, and checks their sizes and SHA-256. ' +
      'HANDGRAD_DATA_URL names another address that has them.',
  )
  .addOption(new Option('--to <folder>', 'where they go').default('data'))
  .action(({ to }: { to: string }) => interruptible((signal) => run(to, signal)));

async function run(to: string, signal: AbortSignal): Promise<void> {
  const bar = progressBar('{bar} {percentage} % | {eta_formatted} left', 1);
  try {
    await downloadCatSet({
      to,
      from: process.env.HANDGRAD_DATA_URL,
      signal,
      onProgress: ({ received, total }) => bar.update(received / total),
    });
  } finally {
    bar.stop();
  }
  say(`The cat set lies in ${to}. Train on it: handgrad train --data ${to}`);
}
