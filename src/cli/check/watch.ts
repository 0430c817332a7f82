import { type ChildProcess, spawn } from 'node:child_process';
import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { AbortError, CheckError } from '../../core/errors.js';
import { say } from '../terminal.js';
import { textsOf } from './imports.js';

const settle = 60; // milliseconds: an editor saves in several steps
const clear = '\u001b[2J\u001b[3J\u001b[H';

/**
 * Checks a file, and again whenever it or a file that it imports is saved, until the signal. Each check
 * is a process of its own: nothing of the code before is left, and an endless loop ends with the next save.
 *
 * @throws AbortError in the end; CheckError where the folder of the file is not there.
 */
export async function watchFile(file: string, signal: AbortSignal): Promise<never> {
  const folders = new Map<string, FSWatcher>();
  let texts = textsOf(file);
  let child: ChildProcess | undefined;
  let clock: NodeJS.Timeout | undefined;

  const check = () => {
    child?.kill('SIGKILL');
    if (process.stdout.isTTY) process.stdout.write(clear);
    const started = start();
    child = started;
    const others = texts.size - 1;
    const and = others === 0 ? '' : ` and ${others === 1 ? 'its import' : `${others} imports`}`;
    started.once('close', () => {
      if (child !== started || signal.aborted) return;
      say(`${clockTime()}  Watching ${basename(file)}${and}; Ctrl-C ends.`);
    });
  };
  const look = () => {
    const now = textsOf(file);
    if (isSame(now, texts)) return;
    texts = now;
    follow();
    check();
  };
  const follow = () => {
    for (const folder of new Set([...texts.keys()].map(dirname))) {
      if (folders.has(folder)) continue;
      folders.set(folder, watchFolder(folder, later));
    }
  };
  const later = () => {
    clearTimeout(clock);
    clock = setTimeout(look, settle);
  };

  try {
    follow();
    check();
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    clearTimeout(clock);
    for (const watcher of folders.values()) watcher.close();
    child?.kill('SIGKILL');
  }
  throw new AbortError(`Stopped watching ${basename(file)}.`);
}

function watchFolder(folder: string, changed: () => void): FSWatcher {
  try {
    return watch(folder, changed).on('error', () => {}); // the folder is gone
  } catch (error) {
    throw new CheckError(`${folder} cannot be watched: ${(error as Error).message}.`);
  }
}

/** This very command without --watch. */
function start(): ChildProcess {
  const args = process.argv.slice(2).filter((arg) => arg !== '--watch');
  return spawn(process.execPath, [...process.execArgv, process.argv[1], ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, HANDGRAD_WATCHED: '1' },
  });
}

const isSame = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>) =>
  a.size === b.size && [...a].every(([path, text]) => b.get(path) === text);

const clockTime = () => new Date().toTimeString().slice(0, 8);
