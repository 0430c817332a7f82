import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { run, tellingLine } from '../../src/runtime/command.js';
import { BenchError } from './benchError.js';
import { environment, look, pinned, pythonIn } from './python.js';

/**
 * Makes the virtual environment with what the bench compares with, in the user's cache. A failure leaves
 * none behind.
 *
 * @throws BenchError where Python is missing, or pip fails: in one line.
 */
export async function setup(say: (line: string) => void, python = 'python3'): Promise<void> {
  const folder = environment();
  if (existsSync(pythonIn(folder)) && (await look(pythonIn(folder))).complaint === undefined) {
    return say(`${folder} is there, with ${pinned.join(', ')}.`);
  }
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  try {
    say(`Making a virtual environment in ${folder} ...`);
    await must(python, ['-m', 'venv', folder], 'Install Python 3 with its venv module');
    say(`Installing ${pinned.join(', ')} with pip; PyTorch takes minutes ...`);
    const quiet = ['--quiet', '--disable-pip-version-check', '--no-input'];
    const pip = ['-m', 'pip', 'install', ...quiet, ...pinned];
    await must(pythonIn(folder), pip, 'See which of them pip finds for this Python');
    const { complaint } = await look(pythonIn(folder));
    if (complaint) throw new BenchError(`pip said that it installed everything, but: ${complaint}`);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  say('The bench compares with numpy, PyTorch and scikit-learn now.');
}

async function must(command: string, args: readonly string[], cure: string): Promise<void> {
  const { ok, ending, output } = await run(command, args);
  if (ok) return;
  const words = tellingLine(output);
  throw new BenchError(
    `${[command, ...args.slice(0, 3)].join(' ')} failed (${ending})${words && `: ${words}`}. ${cure}, or name a Python that has the packages in HANDGRAD_PYTHON.`,
  );
}
