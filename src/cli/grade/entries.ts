import { type Dirent, existsSync, realpathSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { CheckError } from '../../core/errors.js';
import { extensions } from '../loadSubject.js';
import { isPython } from '../python/check.js';

/** An entry of a folder of submissions. */
export interface Entry {
  readonly file: string;
  /** Why it is not graded, in a sentence; undefined where it is. */
  readonly refused?: string;
}

const largest = 2 ** 20; // bytes of a module
const largestNotebook = 20 * 2 ** 20; // with its pictures

/**
 * Every entry of a folder, by name, but for the reference.
 *
 * @throws CheckError where it cannot be read, or holds nothing that can be graded.
 */
export async function entriesOf(folder: string, reference?: string): Promise<Entry[]> {
  const found = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new CheckError(`There is no folder ${folder}, or it cannot be read.`);
  });
  const entries = found
    .filter(({ name }) => !reference || !isSame(join(folder, name), reference))
    .map((entry): Entry => {
      const refused = whyNot(folder, entry);
      return { file: entry.name, ...(refused && { refused }) };
    })
    .sort((a, b) => (a.file < b.file ? -1 : 1));
  if (entries.every(({ refused }) => refused)) {
    const what =
      entries.length === 0
        ? ''
        : ` The first of its ${entries.length} entries: ${entries[0].file}. ${entries[0].refused}`;
    throw new CheckError(
      `${folder} holds no module: put .js, .mjs, .cjs, .ts, .py or .ipynb files into it.${what}`,
    );
  }
  return entries;
}

function whyNot(folder: string, entry: Dirent): string | undefined {
  const { name } = entry;
  if (entry.isSymbolicLink())
    return 'It is a link, and may lead anywhere: put the file itself here.';
  if (entry.isDirectory()) return 'It is a folder: grade it by itself, or put its module here.';
  if (!entry.isFile()) return 'It is no regular file.';
  if (/\.d\.[cm]?ts$/.test(name)) return 'It holds types alone: there is nothing to grade.';
  const ending = extname(name);
  if (!extensions.includes(ending) && !isPython(name)) {
    const known = [...extensions, '.py', '.ipynb'];
    const meant =
      known.find((one) => one === ending.toLowerCase()) ?? { '.cts': '.ts', '.jsx': '.js' }[ending];
    return meant
      ? `Its ending is ${ending}: call it ${meant}.`
      : `It is no module: ${known.join(', ')} files are graded.`;
  }
  const { size } = statSync(join(folder, name));
  if (size > (ending === '.ipynb' ? largestNotebook : largest)) {
    return `It has ${Math.round(size / 2 ** 20)} MB: a module of at most ${largest / 2 ** 20} MB is graded.`;
  }
  return undefined;
}

function isSame(path: string, other: string): boolean {
  try {
    return realpathSync(path) === realpathSync(other);
  } catch {
    return resolve(path) === resolve(other);
  }
}

/** The package.json that says what the .js files of a folder are; undefined where there is none. */
export function packageOf(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const path = join(at, 'package.json');
    if (existsSync(path)) return path;
    if (dirname(at) === at) return undefined;
  }
}
