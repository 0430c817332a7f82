import { type TableOptions, table as tableOf } from '../text/table.js';
import { asFlags } from './asFlags.js';
import { styled } from './style.js';

/*
 * What a person reads goes to stderr, what a program reads goes to stdout: with --json nothing else
 * stands there.
 */

/** How a command is called: in a checkout, and where the package is installed. */
export const commandName = import.meta.url.endsWith('.ts') ? 'npm run handgrad --' : 'npx handgrad';

/** A message's `handgrad …` as it has to be typed here, and options as flags. */
export const inThisCommand = (message: string) =>
  asFlags(message.replaceAll('`handgrad ', `\`${commandName} `));

export function say(line = ''): void {
  process.stderr.write(`${line}\n`);
}

/** A result that is there, but is not to be trusted without a look. */
export function warn(text: string): void {
  say(styled('warning', `Warning: ${text}`, process.stderr));
}

/** What went wrong. */
export function sayError(message: string): void {
  say(styled('bad', inThisCommand(message), process.stderr));
}

/** A result that a person asked for. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Columns of a terminal; no limit where the stream is none. */
export const widthOf = (stream: NodeJS.WriteStream): number =>
  stream.isTTY && stream.columns > 0 ? stream.columns : Number.POSITIVE_INFINITY;

/** A table that fits the terminal. */
export const table = (rows: readonly (readonly string[])[], options: TableOptions = {}): string =>
  tableOf(rows, { width: widthOf(process.stdout), ...options });

/**
 * Runs somebody's code. What it prints goes to stderr, and where it ends the process that is said,
 * with exit code 1: nobody shall take it for a pass.
 */
export async function guarded<T>(name: string, work: () => Promise<T>): Promise<T> {
  const write = process.stdout.write;
  const onExit = () => {
    say(`${name} ends the process: take process.exit out of it.`);
    process.exitCode = 1;
  };
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof write;
  process.once('exit', onExit);
  try {
    return await work();
  } finally {
    process.stdout.write = write;
    process.removeListener('exit', onExit);
  }
}
