import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendError } from '../core/errors.js';
import { type CommandOptions, lastLines, run, tellingLine, throwIfAborted } from './command.js';

export interface Commands extends CommandOptions {
  /** Told what a step said, when it fails, and only then. */
  readonly onMessage?: (message: string) => void;
  /** What the step may take; 20 unless it is given. */
  readonly minutes?: number;
  /** The folder that the step fills. */
  readonly folder: string;
  /** How much the folder must grow for the step to go on. */
  readonly least?: { readonly bytes: number; readonly inMinutes: number };
}

/** Runs a step of the build. @throws BackendError where it fails, takes too long, or does not go on. */
export async function must(
  step: string,
  command: string,
  args: readonly string[],
  { onMessage, minutes = 20, folder, least, signal, env }: Commands,
): Promise<void> {
  const tooSlow = new AbortController();
  let why = '';
  const giveUp = (reason: string) => {
    why = reason;
    tooSlow.abort();
  };
  const clock = setTimeout(() => giveUp(`stopped after ${minutes} minutes`), 60_000 * minutes);
  const watch = least && watchGrowth(folder, least, giveUp);
  const stop = () => tooSlow.abort();
  signal?.addEventListener('abort', stop);
  try {
    throwIfAborted(signal);
    const { ok, ending, output } = await run(command, args, { env, signal: tooSlow.signal });
    if (ok) return;
    onMessage?.(lastLines(output));
    throw new BackendError(`${step} failed (${command}, ${ending}): ${tellingLine(output)}`);
  } catch (error) {
    if (why) throw new BackendError(`${step} failed: ${why}. Is the network slow? Try it again.`);
    throw error;
  } finally {
    clearTimeout(clock);
    clearInterval(watch);
    signal?.removeEventListener('abort', stop);
  }
}

function watchGrowth(
  folder: string,
  { bytes, inMinutes }: NonNullable<Commands['least']>,
  giveUp: (reason: string) => void,
): NodeJS.Timeout {
  let before = 0;
  return setInterval(async () => {
    const now = await sizeOf(folder);
    if (now - before < bytes) giveUp(`less than ${bytes / 1000} kB came in ${inMinutes} minutes`);
    before = now;
  }, 60_000 * inMinutes);
}

/** Of all files in a folder, while some come and go. */
async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
