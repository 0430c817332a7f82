import { makeEnvironment } from '../python/environment.js';
import { needs } from './python.js';

/**
 * Makes the virtual environment with what the bench compares with, in the user's cache. A failure leaves
 * none behind.
 *
 * @throws BenchError where Python is missing, or pip fails: in one line.
 */
export async function setup(say: (line: string) => void, python = 'python3'): Promise<void> {
  const made = await makeEnvironment(needs, say, { python, patience: 'PyTorch takes minutes' });
  if (made) say('The bench compares with numpy, PyTorch, scikit-learn and JAX now.');
}
