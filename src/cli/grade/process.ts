import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { CheckError } from '../../core/errors.js';
import { askEvery, memoryOf } from '../../jobs/memory.js';
import type { Ask } from '../../oracle/grade/judge/wire.js';
import { channelDescriptor, type Job, ready } from './channel.js';
import { type Cgroup, makeCgroup } from './isolation/cgroup.js';
import type { Launch } from './isolation/launch.js';

export interface Limits {
  /** For the module and its check, once handgrad itself is loaded. */
  readonly seconds: number;
  /** Of all its processes together, in MB; of JavaScript's heap too. */
  readonly memory: number;
}

/** A process that answers, with all that it may start. */
export interface Asked {
  readonly ask: Ask;
  /** Why it was ended or has ended; undefined as long as it answers. */
  readonly failure: string | undefined;
  end(): Promise<void>;
}

const startSeconds = 120; // for handgrad itself to load, on whatever machine
const maxReceived = 100 * 2 ** 20; // characters of one answer
const longestTimer = 2 ** 31 - 1; // milliseconds, of setTimeout
const closeWithin = 1000; // milliseconds

/** Starts a process that answers on its channel; it is killed, with all that it has started, at a limit. */
export function startProcess(
  launch: Launch,
  job: Job,
  limits: Limits,
  signal: AbortSignal,
  isTimed = true,
): Asked {
  const cgroup = makeCgroup(limits.memory);
  const child = spawnIn(cgroup, launch);
  const channel = child.stdio[channelDescriptor] as Readable;
  const waiting: { resolve(value: unknown): void; reject(error: Error): void }[] = [];
  let failure: string | undefined;
  let isReady = false;

  const fail = (why: string) => {
    failure ??= why;
    killGroup(child);
    for (const { reject } of waiting.splice(0)) reject(new CheckError(failure));
  };
  const stop = () => fail('The grading was stopped.');
  const tooMuch = `It needs more than the ${limits.memory} MB of memory that it may have.`;

  let clock = setTimeout(() => fail('The child process did not start.'), startSeconds * 1000);
  const watch = cgroup
    ? undefined
    : setInterval(() => {
        const held = child.pid === undefined ? undefined : memoryOf(child.pid);
        if (held !== undefined && held > limits.memory) fail(tooMuch);
      }, askEvery);
  signal.addEventListener('abort', stop);

  const take = (line: string) => {
    if (!isReady && line === ready) {
      isReady = true;
      clearTimeout(clock);
      const late = `It is not done after ${limits.seconds} seconds.`;
      const milliseconds = Math.min(limits.seconds * 1000, longestTimer);
      if (isTimed) clock = setTimeout(() => fail(late), milliseconds);
      return;
    }
    const next = waiting.shift();
    if (next === undefined) return fail('It writes to the channel of its own process.');
    answerTo(next, line);
  };
  readLines(channel, take, () => fail('It floods the channel of its own process.'));

  const closed = new Promise<void>((resolve) => {
    // What the module has started may hold on to the channel after its end.
    child.once('exit', () => setTimeout(() => channel.destroy(), closeWithin).unref());
    child.once('error', (error) => fail(`The child process cannot be started: ${error.message}`));
    child.once('close', (code, killedBy) => {
      clearTimeout(clock);
      clearInterval(watch);
      signal.removeEventListener('abort', stop);
      fail(cgroup?.ranOut() ? tooMuch : endOf(code, killedBy, limits));
      cgroup?.remove();
      resolve();
    });
  });
  if (signal.aborted) stop();
  child.stdin?.on('error', () => {}); // it may end before it has read
  child.stdin?.write(`${JSON.stringify(job)}\n`);

  return {
    get failure() {
      return failure;
    },
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) return reject(new CheckError(failure));
        waiting.push({ resolve, reject });
        child.stdin?.write(`${JSON.stringify(request)}\n`);
      }),
    end() {
      fail('It was ended.');
      return closed;
    },
  };
}

/** Answers are data: what is no line of JSON with one of two forms is an error. */
function answerTo(
  { resolve, reject }: { resolve(value: unknown): void; reject(error: Error): void },
  line: string,
): void {
  try {
    const { done, error } = JSON.parse(line) as Record<string, unknown>;
    if (typeof error === 'string') reject(new CheckError(shortened(error)));
    else if (done !== undefined) resolve(done);
  } catch {
    // said below
  }
  reject(new CheckError('It spoils the answers of its own process.')); // where it is not settled yet
}

const shortened = (text: string) => (text.length > 500 ? `${text.slice(0, 500)}…` : text);

function readLines(channel: Readable, take: (line: string) => void, flooded: () => void): void {
  let parts: string[] = [];
  let length = 0;
  channel.setEncoding('utf8');
  channel.on('error', () => {});
  channel.on('data', (text: string) => {
    const lines = text.split('\n');
    for (const [i, line] of lines.entries()) {
      parts.push(line);
      length += line.length;
      if (length > maxReceived) return flooded();
      if (i === lines.length - 1) continue;
      take(parts.join(''));
      [parts, length] = [[], 0];
    }
  });
}

/** Through a shell that joins the cgroup first: nothing is started outside it. */
function spawnIn(cgroup: Cgroup | undefined, { command, args, cwd, env }: Launch): ChildProcess {
  const join = cgroup?.joining.map((file) => `echo $$ > '${file}'`).join(' && ');
  const [program, ...all] = join
    ? ['/bin/sh', '-c', `${join} && unset PWD OLDPWD SHLVL _; exec "$0" "$@"`, command, ...args]
    : [command, ...args];
  return spawn(program, all, {
    cwd,
    env,
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    detached: true, // a group of its own, so that what the module starts is killed with it
    windowsHide: true,
  });
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

/** 128 + 6 and 128 + 9 are what a sandbox says of a signal. */
function endOf(code: number | null, killedBy: NodeJS.Signals | null, { memory }: Limits): string {
  if (killedBy === 'SIGABRT' || code === 134) {
    return `It needs more than the ${memory} MB of memory that it may have, or aborts the process.`;
  }
  const how = killedBy ?? (code === 137 ? 'SIGKILL' : `exit code ${code}`);
  return `It ends the process (${how}) before it is checked.`;
}
