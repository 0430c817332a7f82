import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { CheckError } from '../../core/errors.js';
import type { PythonChild } from '../../oracle/python/answers.js';

/** A Python that lies about nothing may still take its time: numpy loads from a slow disk. */
const patience = 120_000; // milliseconds, for one answer
const longestAnswer = 400 * 2 ** 20; // characters

/**
 * Starts Python for the functions of a file. What they print goes to stderr; an answer counts behind a
 * token that the process is told before it loads them.
 *
 * @param command the Python to run, as for a shell's PATH.
 * @param launch how it is started: as it is, unless it is given.
 */
export function startPython(command: string, launch = plainly): PythonChild {
  const script = fileURLToPath(new URL('../../oracle/python/child.py', import.meta.url));
  const token = randomUUID();
  const { args, env, cwd, ...own } = launch(command, [script]);
  const child = spawn(own.command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...env, PYTHONDONTWRITEBYTECODE: '1' },
    cwd,
    windowsHide: true,
  });
  child.stdin.on('error', () => {}); // it may end before it has read
  child.stdin.write(`${token}\n`);
  const answers = answersOf(child, token, command);
  return {
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return answers();
    },
    end() {
      child.stdin.end();
      child.kill('SIGKILL');
    },
  };
}

/** What starts a command. */
export type Launcher = (
  command: string,
  args: readonly string[],
) => {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
};

const plainly: Launcher = (command, args) => ({ command, args, env: process.env });

type Waiting = { resolve(answer: unknown): void; reject(error: Error): void };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A function that waits for the next answer. */
function answersOf(child: ChildProcess, token: string, command: string): () => Promise<unknown> {
  const came: unknown[] = [];
  let waiting: Waiting | undefined;
  let ended: Error | undefined;
  let received = '';
  const fail = (message: string) => {
    ended ??= new CheckError(message);
    waiting?.reject(ended);
  };
  child.stdout?.setEncoding('utf8');
  child.stdout?.on('data', (text: string) => {
    received += text;
    if (received.length > longestAnswer) return fail('Python floods the channel of its answers.');
    for (let end = received.indexOf('\n'); end >= 0; end = received.indexOf('\n')) {
      const line = received.slice(0, end);
      received = received.slice(end + 1);
      if (!line.startsWith(token)) continue;
      const answer = parsed(line.slice(token.length));
      if (answer === undefined) return fail('Python gives an answer that cannot be read.');
      if (waiting) waiting.resolve(answer);
      else came.push(answer);
      waiting = undefined;
    }
  });
  child.once('error', () =>
    fail(
      `Python does not start: there is no ${command}. Install Python 3 with numpy, or name yours: --python PATH`,
    ),
  );
  child.once('close', (code, signal) =>
    fail(`Python ends (${signal ?? `exit code ${code}`}) before it has answered.`),
  );
  return () =>
    new Promise((resolve, reject) => {
      if (came.length > 0) return resolve(came.shift());
      if (ended) return reject(ended);
      const clock = setTimeout(
        () => fail(`Python has not answered after ${patience / 1000} seconds.`),
        patience,
      );
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          clearTimeout(clock);
          then(value);
        };
      waiting = { resolve: settle(resolve), reject: settle(reject) };
    });
}
