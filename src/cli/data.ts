import { downloadCatSet } from '../data/catSet.js';
import type { DataOptions } from './commands/data.js';
import { progressBar } from './progress.js';
import { inThisCommand, say } from './terminal.js';

/** `handgrad data`. */
export async function run({ to }: DataOptions, signal: AbortSignal): Promise<void> {
  const bar = await progressBar(1);
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
  say(
    inThisCommand(
      `Downloaded the cat data set to ${to}. Train on it: \`handgrad train --data ${to}\``,
    ),
  );
}
