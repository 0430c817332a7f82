import { join } from 'node:path';
import { DataError } from '../core/errors.js';
import type { PartName } from './arrays/parts.js';
import type { Source } from './source.js';

/** A file of a folder whose name says of which part its samples are. */
export interface PartFile {
  readonly part: PartName;
  readonly path: string;
}

const words: readonly [word: RegExp, part: PartName][] = [
  [/^train(ing)?(set)?$/, 'train'],
  [/^(valid(ation)?|val|dev)(set)?$/, 'validation'],
  [/^test(ing)?(set)?$/, 'test'],
];

/** train.csv, penguins_test.csv, dev-2.jsonl; a word within others, as in contest.csv, says nothing. */
function partOf(name: string): PartName | undefined {
  const inName = name.toLowerCase().split(/[-_. ]+/);
  return words.find(([word]) => inName.some((one) => word.test(one)))?.[1];
}

/**
 * The files of a folder with such an ending that are parts, training first; none if no name says that it
 * is the training part.
 *
 * @throws DataError if several are of one part.
 */
export function partFiles({ path, isFolder, entries }: Source, ending: RegExp): PartFile[] {
  if (!isFolder) return [];
  const files = entries.filter((entry) => !entry.isFolder && ending.test(entry.name));
  const found = words.flatMap(([, part]) => {
    const own = files.filter(({ name }) => partOf(name) === part).map(({ name }) => name);
    return own.length === 0 ? [] : [{ part, names: own }];
  });
  if (found[0]?.part !== 'train') return [];
  const twice = found.find(({ names }) => names.length > 1);
  if (twice) {
    throw new DataError(
      `${path} has several files for the ${twice.part} part: ${twice.names.join(', ')}. Keep one of each in a folder, the samples with their labels.`,
    );
  }
  return found.map(({ part, names: [name] }) => ({ part, path: join(path, name) }));
}

/** What else lies in the folder, as a sentence. */
export function leftOut({ path, entries }: Source, files: readonly PartFile[]): string[] {
  const others = entries.filter(
    ({ name }) => !files.some((file) => file.path === join(path, name)),
  );
  if (others.length === 0) return [];
  const shown = others.slice(0, 5).map(({ name }) => name);
  const more = others.length > shown.length ? `, and ${others.length - shown.length} more` : '';
  return [`Left out of ${path}: ${shown.join(', ')}${more}.`];
}
