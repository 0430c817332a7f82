import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { CheckError } from '../../core/errors.js';
import { either, oneOf, optional, record, text } from '../../core/schema.js';
import { longest, reportSchema } from '../../oracle/report/wire.js';
import type { GradientReport } from '../../oracle/report.js';
import type { CheckOptions } from '../commands/check.js';
import { interruptible } from '../ending.js';

/*
 * A module is checked in a process of its own: what it writes to stdout goes to stderr, and where it ends
 * the process there is no report. What stands on stdout, and the exit code, are of the process that the
 * module is not in.
 */

export const reportDescriptor = 3;

export interface CheckJob {
  readonly file: string;
  readonly options: CheckOptions;
  /** What an answer begins with; read before the module is loaded. */
  readonly token: string;
}

export type CheckAnswer = { readonly report: GradientReport } | Failed;

interface Failed {
  readonly error: string;
  readonly isDefect?: boolean;
}

/** @throws CheckError where the module cannot be checked, or ends the process. */
export const checkApart = (file: string, options: CheckOptions): Promise<GradientReport> =>
  interruptible(async (signal) => {
    const token = randomUUID();
    const child = start();
    const stop = () => void child.kill('SIGKILL');
    signal.addEventListener('abort', stop);
    process.once('exit', stop);
    try {
      child.stdin?.end(JSON.stringify({ file, options, token } satisfies CheckJob));
      const answer = answerIn(await received(child), token, file);
      if (answer === undefined) {
        throw new CheckError(`${file} ends the process: take process.exit out of it.`);
      }
      if ('report' in answer) return answer.report;
      if (answer.isDefect) throw new Error(answer.error);
      throw new CheckError(answer.error);
    } finally {
      signal.removeEventListener('abort', stop);
      process.removeListener('exit', stop);
      stop();
    }
  });

function start(): ChildProcess {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const entry = fileURLToPath(new URL(`child.${ending}`, import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, entry], {
    stdio: ['pipe', 2, 2, 'pipe'],
    windowsHide: true,
  });
  child.stdin?.on('error', () => {}); // it may end before it has read
  return child;
}

/** All that came over the channel, until its answer is whole or the process has ended. */
function received(child: ChildProcess): Promise<string> {
  const channel = child.stdio[reportDescriptor] as Readable;
  return new Promise((resolve, reject) => {
    let text = '';
    channel.setEncoding('latin1');
    channel.on('data', (part: string) => {
      text += part;
      if (part.includes('\n')) resolve(text);
    });
    channel.on('error', () => resolve(text));
    child.once('error', reject);
    child.once('exit', () => setTimeout(() => resolve(text), 200));
    child.once('close', () => resolve(text));
  });
}

/** An answer counts behind the token; undefined where there is none. */
function answerIn(text: string, token: string, file: string): CheckAnswer | undefined {
  const line = text.split('\n').find((one) => one.startsWith(token));
  if (line === undefined) return undefined;
  try {
    const said = Buffer.from(line.slice(token.length), 'base64').toString();
    return answerSchema(JSON.parse(said), 'The answer');
  } catch {
    return { error: `${file} changes what the check itself works with, such as Array.prototype.` };
  }
}

/** The code under check is in that process: what comes out of it is read field by field. */
const answerSchema = either<CheckAnswer, CheckAnswer>(
  record<{ readonly report: GradientReport }>({ report: reportSchema }),
  record<Failed>({ error: text(longest), isDefect: optional(oneOf(true, false)) }),
);
