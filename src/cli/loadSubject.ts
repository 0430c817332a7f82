import { stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tsImport } from 'tsx/esm/api';
import { CheckError } from '../core/errors.js';
import type { Subject } from '../oracle/subject.js';

const extensions = ['.js', '.mjs', '.ts', '.mts'];

/** The forward and backward pass that a module exports. @throws CheckError */
export async function loadSubject(path: string): Promise<Subject> {
  const extension = extname(path);
  if (!extensions.includes(extension)) {
    throw new CheckError(`${path} is no module: give a ${extensions.join(', ')} file.`);
  }
  if (!(await isFile(path))) throw new CheckError(`There is no file ${path}.`);
  const module = await load(path, extension);
  for (const name of ['forward', 'backward'] as const) {
    if (typeof module[name] !== 'function') {
      throw new CheckError(
        `${path} exports no function ${name}. Write: export function ${name}(tf, params, X, Y${name === 'backward' ? ', cache' : ''}) { … }`,
      );
    }
  }
  return module as unknown as Subject;
}

async function load(path: string, extension: string): Promise<Record<string, unknown>> {
  const url = pathToFileURL(resolve(path)).href;
  try {
    // Node reads no TypeScript before version 22.18.
    const isTypeScript = extension.endsWith('ts');
    return isTypeScript ? await tsImport(url, import.meta.url) : await import(url);
  } catch (error) {
    const [reason] = String((error as Error)?.message ?? error).split('\n');
    throw new CheckError(`${path} cannot be loaded: ${reason}`);
  }
}

const isFile = (path: string) =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
