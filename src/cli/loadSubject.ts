import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CheckError } from '../core/errors.js';
import { exportedSubject } from '../oracle/exported.js';
import type { Subject } from '../oracle/subject.js';
import { placeOf, textOf } from '../oracle/thrown.js';
import { shareTensorFlow } from './ownTensorFlow.js';
import { readTypeScript } from './typescript.js';

/** The endings of the modules that are read. */
export const extensions = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.tsx'];

/** The forward and backward pass that a module exports. @throws CheckError */
export async function loadSubject(path: string): Promise<Subject> {
  return exportedSubject(await loadExports(path), path);
}

/** What a module exports. @throws CheckError where there is none, or it cannot be loaded. */
export async function loadExports(path: string): Promise<Record<string, unknown>> {
  if (!extensions.includes(extname(path))) {
    throw new CheckError(
      `${path} is no module: give a ${extensions.join(', ')} file, or Python (.py, .ipynb).`,
    );
  }
  if (!(await isFile(path))) throw new CheckError(`There is no file ${path}.`);
  return load(path);
}

/** Has Node read such a file, and it find our TensorFlow.js. */
export function prepareLoader(path: string): void {
  shareTensorFlow();
  // In a checkout tsx is at work already.
  if (/\.(m?ts|tsx)$/.test(path) && !import.meta.url.endsWith('.ts')) readTypeScript();
}

async function load(path: string): Promise<Record<string, unknown>> {
  prepareLoader(path);
  try {
    const module = await import(pathToFileURL(resolve(path)).href);
    return exportsOf(module);
  } catch (error) {
    throw new CheckError(`${path} cannot be loaded: ${reasonOf(error, path)}`, { cause: error });
  }
}

/** What CommonJS exports, and what is exported by default, stands beside the named exports. */
function exportsOf(module: Record<string, unknown>): Record<string, unknown> {
  const inside = module.default;
  if (typeof inside === 'function') return { default: inside, ...module };
  if (typeof inside !== 'object' || inside === null) return module;
  const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(inside));
  // An object of a class keeps its methods on its prototype, and itself as `this`.
  return isPlain ? { ...inside, ...module } : { ...boundMethods(inside), ...module };
}

function boundMethods(object: object): Record<string, unknown> {
  const own: Record<string, unknown> = { ...object };
  for (const name of ['forward', 'backward']) {
    const method = (object as Record<string, unknown>)[name];
    if (typeof method === 'function') own[name] = method.bind(object);
  }
  return own;
}

function reasonOf(error: unknown, path: string): string {
  const message = textOf(error);
  const cure = cureOf(message, path);
  if (cure) return `${message.split('\n')[0]}${placeOf(error) || placeOfSyntax(path)}. ${cure}`;
  const lines = message.split(/[\n\r\u2028\u2029]/).filter((line) => line.trim() !== '');
  if (lines.length === 0) return `it throws without a word${placeOf(error)}`;
  if (/:\d+\)\.?$/.test(lines[0])) return lines[0]; // it says its place
  if (error instanceof SyntaxError) return `${lines[0]}${placeOfSyntax(path)}`;
  return `${lines[0]}${placeOf(error)}`;
}

/** What to do where the two kinds of modules were mixed up. */
function cureOf(message: string, path: string): string | undefined {
  const ending = extname(path);
  if (/(module|exports|require) is not defined/.test(message)) {
    return ending === '.js'
      ? 'It is CommonJS in a folder of ES modules: call the file .cjs, or write export and import.'
      : 'It is CommonJS: call the file .cjs, or write export and import.';
  }
  if (/Unexpected token 'export'|Cannot use import statement outside a module/.test(message)) {
    return ending === '.cjs'
      ? 'It is an ES module: call the file .mjs, or write module.exports and require.'
      : 'It is an ES module that Node takes for CommonJS: call the file .mjs.';
  }
  return undefined;
}

/** Node does not say where in an imported module the syntax is wrong; asked alone, it does. */
function placeOfSyntax(path: string): string {
  const [place] = syntaxErrorOf(path).split('\n');
  return /:\d+$/.test(place) ? ` (${place.replace(/^file:\/\//, '')})` : '';
}

function syntaxErrorOf(path: string): string {
  try {
    return spawnSync(process.execPath, ['--check', path], { encoding: 'utf8' }).stderr ?? '';
  } catch {
    return ''; // a process that may start none
  }
}

const isFile = (path: string) =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
