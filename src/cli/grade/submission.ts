import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Grade, ungraded } from '../../oracle/grade/grade.js';
import { channelDescriptor, type Expected, findAnswer, type Job, ready } from './channel.js';
import { askEvery, memoryOf } from './memory.js';

export interface Limits {
  /** For the module and its check, once handgrad itself is loaded. */
  readonly seconds: number;
  /** Of the whole process, in MB; of JavaScript's heap too. */
  readonly memory: number;
}

const startSeconds = 120; // for handgrad itself to load, on whatever machine
const maxReceived = 1 << 20; // characters
const longestTimer = 2 ** 31 - 1; // milliseconds, of setTimeout
const closeWithin = 1000; // milliseconds

/**
 * Grades one module of a folder in a child process of its own, and kills it, with all that it has
 * started, once it has answered or a limit is reached. Whatever the module does, the promise holds a
 * grade.
 *
 * @param expected what it is held to, such as the path of a reference; nothing unless it is given.
 *
 * It is no sandbox: the module runs as the user, and may read and write what the user may.
 */
export function gradeSubmission(
  folder: string,
  file: string,
  limits: Limits,
  signal: AbortSignal,
  expected: Expected = { names: {} },
): Promise<Grade> {
  return new Promise((resolve) => {
    const token = randomUUID();
    const child = start(folder, { file, token, expected }, limits);
    const channel = child.stdio[channelDescriptor] as Readable;
    let grade: Grade | undefined;
    let received = '';

    const finish = (result: Grade) => {
      grade ??= result;
      killGroup(child);
    };
    const fail = (why: string) => finish(ungraded(file, why));
    const stop = () => fail('The grading was stopped.');

    let clock = setTimeout(() => fail('The child process did not start.'), startSeconds * 1000);
    const watch = setInterval(() => {
      const held = child.pid === undefined ? undefined : memoryOf(child.pid);
      if (held !== undefined && held > limits.memory) {
        fail(`It needs more than the ${limits.memory} MB of memory that it may have.`);
      }
    }, askEvery);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();

    channel.setEncoding('utf8');
    channel.on('data', (text: string) => {
      if (received === '' && text.startsWith(ready)) {
        clearTimeout(clock);
        const late = `It is not done after ${limits.seconds} seconds.`;
        clock = setTimeout(() => fail(late), Math.min(limits.seconds * 1000, longestTimer));
      }
      received += text;
      const answer = findAnswer(received, token);
      if (answer !== undefined) finish(parse(file, answer));
      else if (received.length > maxReceived) fail("It floods the grader's own channel.");
    });
    channel.on('error', () => {});

    // What the module has started may hold on to the channel after its end.
    child.once('exit', () => setTimeout(() => channel.destroy(), closeWithin).unref());
    child.once('error', (error) => fail(`The child process cannot be started: ${error.message}`));
    child.once('close', (code, killedBy) => {
      clearTimeout(clock);
      clearInterval(watch);
      signal.removeEventListener('abort', stop);
      killGroup(child);
      resolve(grade ?? ungraded(file, endOf(code, killedBy, limits)));
    });
  });
}

/** The names of the environment that a process needs; all others may be secrets. */
const passedOn = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot'];

function start(folder: string, job: Job, { memory }: Limits): ChildProcess {
  const inSource = import.meta.url.endsWith('.ts');
  const entry = new URL(inSource ? 'child.ts' : 'child.js', import.meta.url);
  const tsx = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${memory}`,
      ...(inSource ? ['--import', tsx()] : []),
      fileURLToPath(entry),
    ],
    {
      cwd: folder,
      env: Object.fromEntries(
        passedOn.flatMap((name) => (name in process.env ? [[name, process.env[name]]] : [])),
      ),
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
      detached: true, // a group of its own, so that what the module starts is killed with it
      windowsHide: true,
    },
  );
  child.stdin?.on('error', () => {}); // it may end before it has read
  child.stdin?.end(JSON.stringify(job));
  return child;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // it is gone
  }
}

function parse(file: string, answer: string): Grade {
  try {
    const { passed, right, gradients, firstWrong, cause, differs }: Grade = JSON.parse(answer);
    const isText = (value: unknown) => value === null || typeof value === 'string';
    const isCount = (value: unknown) => value === null || Number.isInteger(value);
    const isDiffering = differs === undefined || isText(differs);
    if (isDiffering && typeof passed === 'boolean' && [right, gradients].every(isCount)) {
      if ([firstWrong, cause].every(isText)) {
        return {
          file,
          passed,
          right,
          gradients,
          firstWrong,
          cause,
          ...(differs !== undefined && { differs }),
        };
      }
    }
  } catch {
    // said below
  }
  return ungraded(file, 'It spoils the answer of its own check.');
}

function endOf(code: number | null, killedBy: NodeJS.Signals | null, { memory }: Limits): string {
  if (killedBy === 'SIGABRT') {
    return `It needs more than the ${memory} MB of memory that it may have, or aborts the process.`;
  }
  const how = killedBy === null ? `exit code ${code}` : killedBy;
  return `It ends the process (${how}) before it is checked.`;
}
