import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../../core/errors.js';
import { entriesOf, headOf, type SourceEntry } from '../source.js';
import { isPictureHead } from './decode.js';

/** A picture file as it lies in its folder. */
export interface ListedPicture {
  readonly path: string;
  /** Its class, a place in the part's classes. */
  readonly label: number;
  readonly bytes: number;
  readonly changed: number;
}

/** The pictures of a folder with a folder a class. */
export interface ListedPart {
  readonly folder: string;
  readonly classes: readonly string[];
  readonly pictures: readonly ListedPicture[];
  /** Files that are no pictures, and folders within classes. */
  readonly others: readonly string[];
}

const endings = /\.(jpe?g|jfif|png|webp|gif|bmp|tiff?|heic|heif|avif)$/i;

/** By its ending, else by its first bytes. */
async function isPicture(path: string): Promise<boolean> {
  return endings.test(path) || isPictureHead(await headOf(path, 12));
}

/** Whether a folder's folders hold pictures. */
export async function hasPictures(folder: string, entries: readonly SourceEntry[]) {
  for (const { name, isFolder } of entries) {
    if (!isFolder) continue;
    for (const file of await entriesOf(join(folder, name))) {
      if (!file.isFolder && (await isPicture(join(folder, name, file.name)))) return true;
    }
  }
  return false;
}

/** Whether pictures lie in the folder itself. */
export async function hasLoosePictures(folder: string, entries: readonly SourceEntry[]) {
  for (const { name, isFolder } of entries) {
    if (!isFolder && (await isPicture(join(folder, name)))) return true;
  }
  return false;
}

/**
 * The pictures of each class by name.
 *
 * @throws DataError that names a class folder without pictures, or a lone class.
 */
export async function listPart(folder: string): Promise<ListedPart> {
  const entries = await entriesOf(folder);
  const classes = entries.filter(({ isFolder }) => isFolder).map(({ name }) => name);
  const others = entries.filter(({ isFolder }) => !isFolder).map(({ name }) => join(folder, name));
  if (classes.length < 2) {
    const found = classes.length === 0 ? 'no folders' : `one folder only, ${classes[0]}`;
    throw new DataError(
      `${folder} has ${found}. Put the pictures of each class into a folder of its own, of two classes at least.`,
    );
  }
  const pictures: ListedPicture[] = [];
  for (const [label, name] of classes.entries()) {
    pictures.push(...(await listClass(join(folder, name), label, others)));
  }
  return { folder, classes, pictures, others };
}

async function listClass(
  folder: string,
  label: number,
  others: string[],
): Promise<ListedPicture[]> {
  const pictures: ListedPicture[] = [];
  const entries = await entriesOf(folder);
  for (const { name, isFolder } of entries) {
    const path = join(folder, name);
    if (isFolder || !(await isPicture(path))) {
      others.push(path);
      continue;
    }
    const { size, mtimeMs } = await stat(path);
    pictures.push({ path, label, bytes: size, changed: mtimeMs });
  }
  if (pictures.length > 0) return pictures;
  const inside = entries.find(({ isFolder }) => isFolder);
  const cure = inside
    ? `It has folders of its own, such as ${inside.name}: give the folder whose folders are the classes.`
    : 'Put pictures there, or remove the folder.';
  throw new DataError(`The class folder ${folder} has no pictures. ${cure}`);
}
