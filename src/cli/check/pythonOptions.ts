import { ValueError } from '../../core/errors.js';
import type { PythonCheckOptions } from '../../oracle/python/checkPython.js';
import type { CheckOptions } from '../commands/check.js';
import { defaultPython } from '../python/check.js';

const own = ['forward', 'backward', 'cost', 'python'] as const;

export const pythonOf = ({ python }: CheckOptions): string => python ?? defaultPython();

/** @throws ValueError where a backend is asked for: Python computes in double precision, by itself. */
export function pythonOptions(options: CheckOptions): PythonCheckOptions {
  const { backend, seed, relative, samples, forward, backward, cost } = options;
  if (backend !== 'auto') {
    throw new ValueError('--backend is for JavaScript: Python is checked by numpy. Leave it out.');
  }
  return {
    seed,
    ...(relative !== undefined && { relative }),
    ...(samples !== undefined && { samples }),
    ...(forward !== undefined && { forward }),
    ...(backward !== undefined && { backward }),
    ...(cost !== undefined && { cost }),
  };
}

/** @throws ValueError where options of Python's are given for another file. */
export function assertNoPythonOptions(file: string, options: CheckOptions): void {
  const given = own.find((name) => options[name] !== undefined);
  if (given) {
    throw new ValueError(
      `--${given} is for a .py or .ipynb file, and ${file} is none. Leave it out.`,
    );
  }
}
