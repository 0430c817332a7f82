import { lstatSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { whoElseWrites } from '../files/owned.js';
import { filesIn, parseSums, SUMS, type Sums, stateOf, sumsOf } from './sums.js';
import { platformName, wheels } from './wheels.js';

/** What tells a package from what it is linked to. */
interface Package {
  readonly directory: string;
  readonly binding: string;
}

/** Why a native folder is not loaded. */
export interface Distrust {
  readonly why: string;
  /** Whether what lies there is the user's own, so that the set-up may build it anew. */
  readonly isOwn: boolean;
}

/**
 * What speaks against loading the binding that tfjs-node is linked to, if anything does. The folder must
 * be the user's alone, with its cache, and hold the libraries of TensorFlow's wheel and the binding that
 * was compiled here, byte for byte, and nothing else: a library more would be found by the others.
 *
 * The record beside the link, in node_modules, says which files were looked at: whoever writes there can
 * as well change handgrad itself. While they are the same files in the same state they are not hashed
 * again. A binding that lies in the package is part of it.
 */
export function distrustIn(
  { binding, directory }: Package,
  pinned: Sums = wheels[platformName()]?.files ?? {},
): Distrust | undefined {
  const folder = dirname(realpathSync(binding));
  if (folder.startsWith(realpathSync(directory) + sep)) return undefined;
  const record = recordBeside(binding);
  const distrust = distrustOfFolder(folder, pinned, record);
  if (distrust) forget(record);
  return distrust;
}

/** The same of a folder in the cache, before a link leads there. */
export function distrustOfFolder(
  folder: string,
  pinned: Sums,
  record?: string,
): Distrust | undefined {
  const real = realpathSync(folder);
  if (real !== folder) return distrustOfFolder(real, pinned, record) ?? whoWritesLinkTo(folder);
  const names = filesIn(folder);
  for (const path of [folder, ...[...names, SUMS].map((name) => join(folder, name))]) {
    if (!exists(path)) continue;
    const why = whoElseWrites(path, folder);
    if (why) return { why, isOwn: isMine(folder) };
  }
  const odd = names.find((name) => !lstatSync(join(folder, name)).isFile());
  if (odd) return { why: `${join(folder, odd)} is no file`, isOwn: true };
  const states = statesOf(folder, names);
  if (record !== undefined && readText(record) === states) return undefined;

  const why = differenceFrom(folder, { ...pinned, ...builtHere(folder) });
  if (why) return { why, isOwn: true };
  // Unless something changed while it was read.
  if (record !== undefined && statesOf(folder, names) === states) keep(record, states);
  return undefined;
}

/** A link in the cache to a folder elsewhere. */
function whoWritesLinkTo(folder: string): Distrust | undefined {
  const why = whoElseWrites(folder);
  return why === undefined ? undefined : { why, isOwn: false };
}

/** Where it is kept which files were hashed. */
export const recordBeside = (binding: string) => join(dirname(binding), 'handgrad-checked.json');

/** The sum that the build wrote down of what it compiled; none in a folder from before it did so. */
function builtHere(folder: string): Sums {
  const { [BINDING]: sum } = parseSums(readText(join(folder, SUMS)) ?? '');
  return sum === undefined ? {} : { [BINDING]: sum };
}

/** Whether it may be built anew: the folder is the user's, and whatever leads to it is as it should be. */
const isMine = (folder: string) =>
  lstatSync(folder).uid === process.getuid?.() &&
  whoElseWrites(dirname(folder), folder) === undefined;

/** The name of the binding, in a native folder and in tfjs-node. */
export const BINDING = 'tfjs_binding.node';

function differenceFrom(folder: string, expected: Sums): string | undefined {
  const found = sumsOf(folder);
  const odd = Object.keys(found).find((name) => name !== BINDING && !Object.hasOwn(expected, name));
  if (odd) return `${join(folder, odd)} was not built by handgrad`;
  for (const [name, sum] of Object.entries(expected)) {
    if (!Object.hasOwn(found, name)) return `${join(folder, name)} is missing`;
    if (found[name] !== sum) {
      return `${join(folder, name)} has SHA-256 ${found[name]}, expected ${sum}`;
    }
  }
  return undefined;
}

const statesOf = (folder: string, names: readonly string[]): string =>
  `${JSON.stringify({ folder, files: names.map((name) => [name, stateOf(join(folder, name))]) })}\n`;

/** Without it `npm run setup` knows that there is something to do. */
function forget(record: string): void {
  try {
    rmSync(record, { force: true });
  } catch {
    // Read-only packages: it says nothing of what lies there now.
  }
}

function keep(record: string, text: string): void {
  const temporary = `${record}.${process.pid}`;
  try {
    writeFileSync(temporary, text, { mode: 0o644 });
    renameSync(temporary, record);
  } catch {
    rmSync(temporary, { force: true }); // read-only packages: they are hashed at each start
  }
}

const exists = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
