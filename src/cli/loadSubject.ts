import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CheckError } from '../core/errors.js';
import { exportedSubject } from '../oracle/exported.js';
import type { Subject } from '../oracle/subject.js';
import { placeOf } from '../oracle/thrown.js';
import { readTypeScript } from './typescript.js';

const extensions = ['.js', '.mjs', '.ts', '.mts'];

/** The forward and backward pass that a module exports. @throws CheckError */
export async function loadSubject(path: string): Promise<Subject> {
  return exportedSubject(await loadExports(path), path);
}

/** What a module exports. @throws CheckError where there is none, or it cannot be loaded. */
export async function loadExports(path: string): Promise<Record<string, unknown>> {
  if (!extensions.includes(extname(path))) {
    throw new CheckError(`${path} is no module: give a ${extensions.join(', ')} file.`);
  }
  if (!(await isFile(path))) throw new CheckError(`There is no file ${path}.`);
  return load(path);
}

async function load(path: string): Promise<Record<string, unknown>> {
  // In a checkout tsx is at work already.
  if (extname(path).endsWith('ts') && !import.meta.url.endsWith('.ts')) readTypeScript();
  try {
    const module = await import(pathToFileURL(resolve(path)).href);
    return { ...module.default, ...module }; // what CommonJS exports is the default
  } catch (error) {
    throw new CheckError(`${path} cannot be loaded: ${reasonOf(error, path)}`, { cause: error });
  }
}

function reasonOf(error: unknown, path: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const lines = message.split('\n').filter((line) => line.trim() !== '');
  if (/:\d+\)\.?$/.test(lines[0])) return lines[0]; // it says its place
  if (error instanceof SyntaxError) return `${lines[0]}${placeOfSyntax(path)}`;
  return `${lines[0]}${placeOf(error)}`;
}

/** Node does not say where in an imported module the syntax is wrong; asked alone, it does. */
function placeOfSyntax(path: string): string {
  const { stderr } = spawnSync(process.execPath, ['--check', path], { encoding: 'utf8' });
  const [place] = stderr.split('\n');
  return /:\d+$/.test(place) ? ` (${place.replace(/^file:\/\//, '')})` : '';
}

const isFile = (path: string) =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
