import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { run, throwIfAborted } from './command.js';
import type { Sums } from './sums.js';
import { BINDING, distrustOfFolder } from './trust.js';

const DAY = 24 * 60 * 60 * 1000;

/** Whether a Node of the same version can load the binding. Tried in a child: it may crash. */
export async function loads(binding: string, signal?: AbortSignal): Promise<boolean> {
  if (!existsSync(binding)) return false;
  const script = 'require(process.argv[1])';
  return (await run(process.execPath, ['--eval', script, binding], { signal })).ok;
}

/** Gives a finished folder its name, unless another set-up was faster. */
export async function publish(
  result: string,
  folder: string,
  libraries: Sums,
  signal?: AbortSignal,
): Promise<void> {
  const isThere = async () =>
    existsSync(folder) &&
    !distrustOfFolder(folder, libraries) &&
    (await loads(join(folder, BINDING), signal));
  if (await isThere()) return;
  throwIfAborted(signal);
  await rm(folder, { recursive: true, force: true });
  try {
    await rename(result, folder);
  } catch (error) {
    if (!(await isThere())) throw error;
  }
}

/** Node resolves the link before it opens the library, so that $ORIGIN is the folder in the cache. */
export async function link(target: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  for (const name of await readdir(dirname(path))) {
    if (/^\.\d+$/.test(name.slice(basename(path).length))) await drop(join(dirname(path), name));
  }
  const temporary = `${path}.${process.pid}`;
  await symlink(target, temporary);
  await rename(temporary, path);
}

/** Drops what a build that was killed has left. A build takes minutes: after a day it is dead. */
export async function removeAbandoned(folder: string): Promise<void> {
  const parent = dirname(folder);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${basename(folder)}.building-`)) continue;
    const path = join(parent, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > DAY) await drop(path);
  }
}

/** What cannot be removed is another's, or goes the next time. */
const drop = (path: string) => rm(path, { recursive: true, force: true }).catch(() => {});
