import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The file that a child runs, and what it is told. */
export interface Entry {
  readonly file: URL;
  readonly args: readonly string[];
}

/** Without what is secret in our environment: a child speaks to nobody but us. */
export function startChild({ file, args }: Entry, memory: number): ChildProcess {
  const { HANDGRAD_REDIS, ...env } = process.env;
  const tsx = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return fork(fileURLToPath(file), args, {
    env,
    serialization: 'advanced', // bytes as bytes
    execArgv: [
      `--max-old-space-size=${memory}`,
      ...(file.href.endsWith('.ts') ? ['--import', tsx()] : []),
    ],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}
