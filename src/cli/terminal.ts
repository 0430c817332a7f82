/*
 * What a person reads goes to stderr, what a program reads goes to stdout: with --json nothing else
 * stands there.
 */

/** How a command is called: in a checkout, and where the package is installed. */
export const commandName = import.meta.url.endsWith('.ts') ? 'npm run handgrad --' : 'npx handgrad';

/** A message's `handgrad …` as it has to be typed here. */
export const inThisCommand = (message: string) =>
  message.replaceAll('`handgrad ', `\`${commandName} `);

export function say(line = ''): void {
  process.stderr.write(`${line}\n`);
}

/** A result that a person asked for. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

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

export interface Progress {
  update(done: number, figures?: Readonly<Record<string, string>>): void;
  /** A line above the bar. */
  say(line: string): void;
  stop(): void;
}

/** A bar on a terminal; elsewhere only the lines. The format takes cli-progress's tokens. */
export async function progressBar(format: string, total: number, figures = {}): Promise<Progress> {
  if (!process.stderr.isTTY) return { update: () => {}, say, stop: () => {} };
  const { MultiBar, Presets } = await import('cli-progress');
  const bars = new MultiBar(
    {
      format,
      stream: process.stderr,
      hideCursor: true,
      fps: 10,
      etaBuffer: 500,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  const bar = bars.create(total, 0, figures);
  return {
    update: (done, figures) => bar.update(done, figures),
    say: (line) => bars.log(`${line}\n`),
    stop: () => bars.stop(),
  };
}

/** Runs work that the first Ctrl-C asks to stop; the second one ends the process at once. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.once('SIGINT', stop);
  try {
    return await work(controller.signal);
  } finally {
    process.removeListener('SIGINT', stop);
  }
}

/** Columns side by side, numbers to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const isNumber = (text: string) => /^[-+]?[\d.]+(e[-+]?\d+)?( ?%)?$/.test(text);
  const cell = (text: string, width: number) =>
    isNumber(text) ? text.padStart(width) : text.padEnd(width);
  return rows
    .map((row) =>
      row
        .map((text, i) => cell(text, widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
