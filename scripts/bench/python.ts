import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { userCacheDirectory } from '../../src/runtime/cache.js';
import { run } from '../../src/runtime/command.js';

/** What the bench compares with, each as it was measured. */
export const pinned = ['numpy==2.4.6', 'torch==2.13.0', 'scikit-learn==1.9.1'] as const;

/** The virtual environment that `--setup` makes. */
export const environment = () => join(userCacheDirectory(), 'bench-python');

export const pythonIn = (folder: string) =>
  process.platform === 'win32'
    ? join(folder, 'Scripts', 'python.exe')
    : join(folder, 'bin', 'python');

/** HANDGRAD_PYTHON, else the one of the set-up, else what the system has. */
export function pythonCommand(): string {
  const own = pythonIn(environment());
  return process.env.HANDGRAD_PYTHON || (existsSync(own) ? own : 'python3');
}

const probe = `
import importlib.util, platform
names = [name for name in ("numpy", "torch", "sklearn") if importlib.util.find_spec(name)]
print(platform.python_version(), *names)`;

export interface Found {
  /** Undefined where there is no Python. */
  readonly version?: string;
  /** By the names of their imports. */
  readonly packages: ReadonlySet<string>;
  /** What to say of those that are missing. */
  readonly complaint?: string;
}

/** What a Python has of the packages. */
export async function look(command: string): Promise<Found> {
  const cure =
    '"npm run bench -- --setup" installs them, or HANDGRAD_PYTHON names a Python with them.';
  const { ok, ending, output } = await run(command, ['-c', probe]);
  if (!ok) {
    return {
      packages: new Set(),
      complaint: `${command} does not run (${ending}): the columns of numpy, PyTorch and scikit-learn stay empty. ${cure}`,
    };
  }
  const [version, ...names] = output.trim().split(/\s+/);
  const titles = { numpy: 'numpy', torch: 'PyTorch', sklearn: 'scikit-learn' };
  const missing = Object.entries(titles).filter(([name]) => !names.includes(name));
  const list = missing.map(([, title]) => title).join(', ');
  return {
    version,
    packages: new Set(names),
    complaint: missing.length
      ? `${command} has no ${list}: the columns stay empty. ${cure}`
      : undefined,
  };
}
