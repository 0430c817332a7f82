import { constants } from 'node:os';

/*
 * What ends a command from outside: Ctrl-C, a signal, or a reader of its output that has gone. Work
 * that can be stopped keeps what is done, and the process then ends with 128 plus the signal's number,
 * as the shell has it.
 */

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGPIPE';

const stopping: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** npm and a terminal both pass a Ctrl-C on, and one that closes sends several: so soon they are one. */
const togetherMs = 1000;

const running = new Set<AbortController>();
let isListening = false;
let endedBy: Signal | undefined;
let endedAt = 0;
let isSaving = false;

/** The exit code of what was ended from outside; undefined where nothing was. */
export const exitCodeOfEnding = (): number | undefined =>
  endedBy && 128 + (constants.signals[endedBy] ?? 0);

/** Whether nobody reads any more. */
export const isUnread = () => endedBy === 'SIGPIPE';

/** Listens to signals from now on; false where somebody does already. */
export function listenToSignals(): boolean {
  if (isListening) return false;
  for (const name of stopping) process.on(name, end);
  isListening = true;
  return true;
}

function listenNoMore(): void {
  for (const name of stopping) process.removeListener(name, end);
  isListening = false;
}

/** Runs work that the first Ctrl-C or signal asks to stop; a second one ends the process at once. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  running.add(controller);
  const isOurs = listenToSignals();
  try {
    return await work(controller.signal);
  } finally {
    running.delete(controller);
    if (isOurs) listenNoMore();
  }
}

/** Saves what would be lost: a second signal is answered, and only the one after it ends the process. */
export async function saving<T>(work: () => Promise<T>): Promise<T> {
  isSaving = true;
  try {
    return await work();
  } finally {
    isSaving = false;
  }
}

/**
 * A reader that closes early, such as `head`, ends the command quietly; so does a terminal that is gone,
 * whose writes are EIO. Output that a full disk does not take makes it fail, at its end.
 */
export function endWithReader(): void {
  let untaken: string | undefined;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (code === 'EPIPE' || code === 'EIO') unread();
      else if (stream === process.stdout) untaken ??= message;
    });
  }
  process.on('exit', () => {
    if (isUnread()) process.exitCode = exitCodeOfEnding();
    else if (untaken !== undefined) {
      process.stderr.write(`The output could not be written: ${untaken}.\n`);
      process.exitCode ||= 1;
    }
  });
}

function unread(): void {
  endedBy ??= 'SIGPIPE';
  for (const controller of running) controller.abort();
}

function end(signal: Signal): void {
  if (running.size === 0) endNow(signal); // nothing is done yet, or nothing can be lost
  const isFirst = endedAt === 0;
  if (!isFirst && performance.now() - endedAt < togetherMs) return;
  endedAt = performance.now();
  if (isFirst) {
    endedBy ??= signal;
    if (process.stderr.isTTY) process.stderr.write('\u001b[?25h'); // the cursor that a bar hides
    for (const controller of running) controller.abort();
  } else if (isSaving) {
    isSaving = false;
    process.stderr.write('Saving what was trained; one more signal ends without it.\n');
  } else endNow(signal);
}

function endNow(signal: Signal): never {
  endedBy ??= signal;
  process.exit(exitCodeOfEnding());
}
