import { setImmediate } from 'node:timers/promises';
import { CheckError } from '../core/errors.js';
import { messageOf, placeOf } from '../oracle/thrown.js';
import { type TableOptions, table as tableOf } from '../text/table.js';
import { printable, unprintable } from '../text/words.js';
import { asFlags } from './asFlags.js';
import { shown, styled } from './style.js';

/*
 * What a person reads goes to stderr, what a program reads goes to stdout: with --json nothing else
 * stands there. Names of files and classes come from anywhere: nothing reaches a terminal but through
 * here, and what a terminal would obey is taken out (`shown`).
 */

/** How a command is called: in a checkout, and where the package is installed. */
export const commandName = import.meta.url.endsWith('.ts') ? 'npm run handgrad --' : 'npx handgrad';

/** A message's `handgrad …` as it has to be typed here, and options as flags. */
export const inThisCommand = (message: string) =>
  asFlags(message.replaceAll('`handgrad ', `\`${commandName} `));

export function say(line = ''): void {
  process.stderr.write(`${shown(line)}\n`);
}

/** A result that is there, but is not to be trusted without a look. */
export function warn(text: string): void {
  say(styled('warning', `Warning: ${text}`, process.stderr));
}

/** What a file says may stand in a message; of more than this nobody reads the end. */
const longestMessage = 4000;

/** What went wrong, in one line. */
export function sayError(message: string): void {
  const line = printable(inThisCommand(message).replace(/\s*[\r\n]\s*/g, ' '));
  const short = line.length > longestMessage ? `${line.slice(0, longestMessage)} …` : line;
  say(styled('bad', short, process.stderr));
}

/** A result that a person asked for. */
export function print(text: string): void {
  process.stdout.write(`${shown(text)}\n`);
}

export function printJson(value: unknown): void {
  const text = JSON.stringify(value, null, 2).replace(unprintable, (character) =>
    character === '\n' ? character : escaped(character),
  );
  process.stdout.write(`${text}\n`);
}

/** As JSON has any character: what a terminal would obey stands there harmless. */
const escaped = (character: string) =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Columns of a terminal; no limit where the stream is none. */
export const widthOf = (stream: NodeJS.WriteStream): number =>
  stream.isTTY && stream.columns > 0 ? stream.columns : Number.POSITIVE_INFINITY;

/** A table that fits the terminal. */
export const table = (rows: readonly (readonly string[])[], options: TableOptions = {}): string =>
  tableOf(
    rows.map((row) => row.map(printable)),
    { width: widthOf(process.stdout), ...options },
  );

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
  const stray = strayErrors(name);
  try {
    return await Promise.race([work(), stray.thrown]);
  } finally {
    await setImmediate(); // a promise that was rejected last is heard of now
    stray.listenNoMore();
    process.stdout.write = write;
    process.removeListener('exit', onExit);
  }
}

/** What somebody's code throws where nobody waits for it: in a timer, or a promise of its own. */
function strayErrors(name: string) {
  let refuse: (error: CheckError) => void = () => {};
  const thrown = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  thrown.catch(() => {}); // who waits for it hears of it
  const onRejection = (error: unknown) =>
    refuse(
      new CheckError(
        `${name} rejects a promise that nobody awaits${placeOf(error)}: ${messageOf(error)}`,
      ),
    );
  const onException = (error: unknown) =>
    refuse(
      new CheckError(`${name} throws while nobody waits${placeOf(error)}: ${messageOf(error)}`),
    );
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', onException);
  const listenNoMore = () => {
    process.removeListener('unhandledRejection', onRejection);
    process.removeListener('uncaughtException', onException);
  };
  return { thrown, listenNoMore };
}
