import { HandgradError } from '../../src/core/errors.js';
import { makeEnvironment, type PythonNeeds } from '../python/environment.js';

/** The Python tools could not be set up, or do not read what was exported. */
export class VerifyError extends HandgradError {}

/** Keras's numpy backend imports parts of jax. */
export const needs: PythonNeeds = {
  folder: 'verify-exports-python',
  pinned: [
    ...['numpy==2.4.6', 'keras==3.15.1', 'jax==0.10.2', 'h5py==3.16.0'],
    ...['safetensors==0.8.0', 'onnx==1.23.2', 'onnxruntime==1.31.1'],
  ],
  packages: {
    ...{ numpy: 'numpy', keras: 'Keras', jax: 'jax', h5py: 'h5py' },
    ...{ safetensors: 'safetensors', onnx: 'onnx', onnxruntime: 'ONNX Runtime' },
  },
  script: 'verify-exports',
  withoutPython: 'the exports are not read by the tools they are for',
  withoutPackage: 'the exports are not read by it',
  error: (message) => new VerifyError(message),
};

/** @throws VerifyError where Python is missing, or pip fails: in one line. */
export async function setup(say: (line: string) => void, python?: string): Promise<void> {
  const made = await makeEnvironment(needs, say, { python, patience: 'that is 800 MB' });
  if (made) say('The exports can be read by the tools they are for now: npm run verify-exports');
}
