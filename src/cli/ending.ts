import { constants } from 'node:os';

/*
 * What ends a command from outside: Ctrl-C, a signal, or a reader of its output that has gone. Work
 * that can be stopped keeps what is done, and the process then ends with 128 plus the signal's number,
 * as the shell has it.
 */

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGPIPE';

const stopping: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const running = new Set<AbortController>();
let endedBy: Signal | undefined;

/** The exit code of what was ended from outside; undefined where nothing was. */
export const exitCodeOfEnding = (): number | undefined =>
  endedBy && 128 + (constants.signals[endedBy] ?? 0);

/** Whether nobody reads any more. */
export const isUnread = () => endedBy === 'SIGPIPE';

/** Runs work that the first Ctrl-C or signal asks to stop; the second one ends the process at once. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  running.add(controller);
  if (running.size === 1) for (const name of stopping) process.on(name, end);
  try {
    return await work(controller.signal);
  } finally {
    running.delete(controller);
    if (running.size === 0) listenNoMore();
  }
}

/** A reader that closes early, such as `head`, ends the command quietly. */
export function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      end('SIGPIPE');
    });
  }
  process.on('exit', () => {
    if (isUnread()) process.exitCode = exitCodeOfEnding();
  });
}

function end(signal: Signal): void {
  endedBy ??= signal;
  listenNoMore(); // the next signal does what it does by default
  if (process.stderr.isTTY) process.stderr.write('\u001b[?25h'); // the cursor that a bar hides
  for (const controller of running) controller.abort();
}

function listenNoMore(): void {
  for (const name of stopping) process.removeListener(name, end);
}
