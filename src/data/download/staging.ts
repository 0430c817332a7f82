import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { removeEmpty } from '../../files/staging.js';

const PREFIX = '.downloading-';
const DAY = 24 * 60 * 60 * 1000;

/** The host and the process that a folder is of: another host may share the disk. */
const ours = () => `${PREFIX}${hostname().replace(/[^\w.]/g, '_')}-`;

/**
 * Has `work` fetch files into a folder inside `to`, and `place` put them there whole; takes them away
 * again where `work` fails. What downloads that were killed have left is removed first.
 */
export async function withDownloads(
  to: string,
  work: (staging: string, place: (name: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const target = resolve(to);
  const firstMade = await mkdir(target, { recursive: true });
  const placed: string[] = [];
  let staging: string | undefined;
  try {
    await sweep(target);
    staging = await mkdtemp(join(target, `${ours()}${process.pid}-`));
    const from = staging;
    await work(from, async (name) => {
      await rename(join(from, name), join(target, name));
      placed.push(join(target, name));
    });
  } catch (error) {
    for (const path of placed) await rm(path, { force: true });
    throw error;
  } finally {
    if (staging) await rm(staging, { recursive: true, force: true });
    if (firstMade) await removeEmpty(target, firstMade);
  }
}

/** Removes what a process has left that is no more; of another host, after a day. */
export async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(PREFIX)) continue;
    const path = join(folder, name);
    if (await isAbandoned(path, name)) {
      await rm(path, { recursive: true, force: true }).catch(() => {});
    }
  }
}

async function isAbandoned(path: string, name: string): Promise<boolean> {
  const pid = name.startsWith(ours()) ? Number.parseInt(name.slice(ours().length), 10) : Number.NaN;
  if (pid > 0 && pid !== process.pid && !isAlive(pid)) return true;
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > DAY;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
