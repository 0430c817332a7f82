import { spawn } from 'node:child_process';
import { AbortError } from '../core/errors.js';

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

export interface CommandResult {
  readonly ok: boolean;
  /** How it ended, in words: `exit code 1`, `signal SIGKILL`, `not found`. */
  readonly ending: string;
  /** Standard output and standard error, as they came: the last million bytes. */
  readonly output: string;
}

const LONGEST = 1_000_000; // bytes of output that are kept

/**
 * Runs a program without a shell and waits until it and its pipes are closed. A program that fails
 * or does not exist is a result, not an exception; only an abort throws.
 * @throws AbortError when the signal fires, after the program has ended.
 */
export async function run(
  command: string,
  args: readonly string[],
  { env, signal }: CommandOptions = {},
): Promise<CommandResult> {
  throwIfAborted(signal);
  const result = await new Promise<CommandResult>((resolve) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = Buffer.alloc(0);
    const keep = (chunk: Buffer) => {
      output = Buffer.concat([output, chunk]).subarray(-LONGEST);
    };
    let deadly: NodeJS.Timeout | undefined;
    const stop = () => {
      child.kill();
      deadly = setTimeout(() => child.kill('SIGKILL'), 5000);
    };
    const finish = (ok: boolean, ending: string) => {
      clearTimeout(deadly);
      signal?.removeEventListener('abort', stop);
      resolve({ ok, ending, output: output.toString('utf8') });
    };
    signal?.addEventListener('abort', stop);
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error: NodeJS.ErrnoException) =>
      finish(false, error.code === 'ENOENT' ? 'not found' : error.message),
    );
    child.on('close', (code, killedBy) =>
      finish(code === 0, killedBy ? `signal ${killedBy}` : `exit code ${code}`),
    );
  });
  throwIfAborted(signal);
  return result;
}

/** @throws AbortError when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AbortError('The native set-up was stopped.');
}

/** The last lines of what a program said, for a person to read. */
export function lastLines(output: string, count = 20): string {
  return output.trim().split('\n').slice(-count).join('\n');
}

/** The line that most likely says what went wrong. */
export function tellingLine(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.filter((line) => /error/i.test(line)).at(-1) ?? lines.at(-1) ?? '';
}
