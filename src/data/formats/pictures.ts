import { join } from 'node:path';
import { DataError, ValueError } from '../../core/errors.js';
import { sizeOf } from '../../core/layer.js';
import { inWords } from '../../core/options.js';
import { cacheLimit } from '../../files/cache.js';
import { checkParts } from '../pictureFolder/checkParts.js';
import { hasLoosePictures, hasPictures, type ListedPart, listPart } from '../pictureFolder/list.js';
import { readPart } from '../pictureFolder/readPart.js';
import type { OwnData, ReadDataOptions, SampleSet } from '../sampleSet.js';
import { entriesOf, type Source } from '../source.js';
import type { DataFormat } from './format.js';

/**
 * A folder of pictures, a folder a class: JPEG and PNG, and WebP where sharp is installed. In train/ and
 * test/, and val/, if they are there; else one set. They become squares of `size`.
 */
export const pictures: DataFormat = {
  name: 'pictures',
  title: 'folders of pictures with a folder for each class',
  matches: async ({ path, isFolder, entries }) => {
    if (!isFolder) return false;
    const parts = Object.values(partFolders(entries));
    for (const name of parts) {
      const folder = join(path, name);
      if (await hasPictures(folder, await entriesOf(folder))) return true;
    }
    return (await hasPictures(path, entries)) || (await hasLoosePictures(path, entries));
  },
  read: async (source, options) => {
    const form = { size: sizeOption(options), grey: options.grey ?? false };
    const listed = await listParts(source);
    const total = listed.reduce((sum, [, { pictures }]) => sum + pictures.length, 0);
    let done = 0;
    const read = [];
    for (const [name, part] of listed) {
      const { skipBroken = false, signal, onProgress } = options;
      const onPicture = () => onProgress?.(++done / total);
      read.push({ name, part, ...(await readPart(part, form, { skipBroken, onPicture, signal })) });
    }
    const sets = Object.fromEntries(read.map(({ name, set }) => [name, set]));
    checkParts(read.map(({ part, set }) => ({ folder: part.folder, set })));
    return {
      name: source.name,
      format: 'pictures',
      ...(sets as Pick<OwnData, 'train' | 'validation' | 'test'>),
      input: {
        kind: 'pictures',
        height: form.size,
        width: form.size,
        channels: form.grey ? 1 : 3,
      },
      files: read.map(({ part, sha256 }) => ({
        path: part.folder,
        bytes: part.pictures.reduce((sum, { bytes }) => sum + bytes, 0),
        sha256,
      })),
      notes: read.flatMap(({ part, broken, set }) => [
        ...notesOf(part, broken),
        ...tooLarge(part, set),
      ]),
    };
  },
};

type PartName = 'train' | 'validation' | 'test';

const partNames: readonly [pattern: RegExp, part: PartName][] = [
  [/^train(ing)?([-_]?set)?$/i, 'train'],
  [/^(val|valid|validation|dev)([-_]?set)?$/i, 'validation'],
  [/^test(ing)?([-_]?set)?$/i, 'test'],
];

/** The folders of the parts. Without one for training, their names are those of classes. */
function partFolders(entries: Source['entries']): Partial<Record<PartName, string>> {
  const found: Partial<Record<PartName, string>> = {};
  for (const [pattern, part] of partNames) {
    const entry = entries.find(({ name, isFolder }) => isFolder && pattern.test(name));
    if (entry) found[part] = entry.name;
  }
  return found.train === undefined ? {} : found;
}

async function listParts({ path, entries }: Source): Promise<[PartName, ListedPart][]> {
  const parts = Object.entries(partFolders(entries)) as [PartName, string][];
  if (parts.length > 0) {
    const listed: [PartName, ListedPart][] = [];
    for (const [part, name] of parts) listed.push([part, await listPart(join(path, name))]);
    return listed;
  }
  if (!entries.some(({ isFolder }) => isFolder)) {
    throw new DataError(
      `${path} has pictures, but no folders: nothing says what they show. Put the pictures of each class into a folder of its own.`,
    );
  }
  return [['train', await listPart(path)]];
}

function sizeOption({ size = 64 }: ReadDataOptions): number {
  if (Number.isInteger(size) && size >= 1 && size <= 1024) return size;
  throw new ValueError(`readData: size is ${inWords(size)}; give a whole number from 1 to 1024.`);
}

/** What is more than the cache may keep is decoded at every run. */
function tooLarge({ folder }: ListedPart, { m, shape }: SampleSet): string[] {
  const [bytes, limit] = [m * sizeOf(shape), cacheLimit()];
  if (bytes <= limit) return [];
  const gib = (size: number) => `${(size / 2 ** 30).toFixed(2)} GiB`;
  return [
    `The pictures of ${folder} take ${gib(bytes)} decoded, more than the ${gib(limit)} that the cache keeps: each run decodes them anew. A larger HANDGRAD_CACHE_LIMIT keeps them.`,
  ];
}

const shown = 5;

function notesOf({ folder, others }: ListedPart, broken: readonly string[]): string[] {
  const notes: string[] = [];
  if (others.length > 0) {
    const more = others.length > shown ? `, and ${others.length - shown} more` : '';
    notes.push(`No pictures, and left out: ${others.slice(0, shown).join(', ')}${more}.`);
  }
  if (broken.length > 0) {
    notes.push(`${broken.length} broken pictures of ${folder} are left out: ${broken.join(' ')}`);
  }
  return notes;
}
