import * as python from '../python/environment.js';
import { BenchError } from './benchError.js';

/** What the bench compares with, each as it was measured. */
export const pinned = [
  'numpy==2.4.6',
  'torch==2.13.0',
  'scikit-learn==1.9.1',
  'jax==0.10.2',
  'jaxlib==0.10.2',
] as const;

export const needs: python.PythonNeeds = {
  folder: 'bench-python',
  pinned,
  packages: { numpy: 'numpy', torch: 'PyTorch', sklearn: 'scikit-learn', jax: 'JAX' },
  script: 'bench',
  withoutPython: 'the columns of numpy, PyTorch, scikit-learn and JAX stay empty',
  withoutPackage: 'the columns stay empty',
  error: (message) => new BenchError(message),
};

/** The virtual environment that `--setup` makes. */
export const environment = () => python.environment(needs);

/** HANDGRAD_PYTHON, else the one of the set-up, else what the system has. */
export const pythonCommand = () => python.pythonCommand(needs);

/** What a Python has of the packages. */
export const look = (command: string) => python.look(command, needs);
