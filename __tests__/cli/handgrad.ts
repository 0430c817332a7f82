import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Circumstances {
  /** The folder to stand in; the checkout unless it is given. */
  readonly cwd?: string;
  /** The checkout whose src is run; this one unless it is given. */
  readonly project?: string;
  /** The Node to run on; this one unless it is given. */
  readonly node?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Told of stderr as it grows. */
  readonly onStderr?: (stderr: string, child: ChildProcess) => void;
}

/**
 * The command line, run from its sources in a process of its own. No test reaches for the network:
 * the cat set is looked for at a port to which fetch makes no connection.
 */
export async function handgrad(
  args: readonly string[],
  { cwd = root, project = root, node = process.execPath, env, onStderr }: Circumstances = {},
): Promise<Ended> {
  const main = join(project, 'src', 'cli', 'main.ts');
  const child = spawn(node, ['--import', tsx, main, ...args], {
    cwd,
    env: { ...process.env, HANDGRAD_DATA_URL: 'http://127.0.0.1:9/', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
    onStderr?.(stderr, child);
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

/** One sentence or more on one line of stderr, nothing on stdout, exit 1. */
export function oneLine({ code, stdout, stderr }: Ended): string {
  const lines = stderr.split('\n');
  if (code !== 1 || stdout !== '' || lines.length !== 2 || lines[1] !== '') {
    throw new Error(
      `Exit 1 and one line on stderr were expected, not exit ${code}\n${stdout}${stderr}`,
    );
  }
  return lines[0];
}

/** The lines of a stack trace. */
export const stackLines = ({ stderr }: Ended) =>
  stderr.split('\n').filter((line) => /^\s+at /.test(line));
