import { basename } from 'node:path';
import type { Pictures } from '../../course/experiment.js';
import { isCatSet } from '../../data/catSet.js';
import { readPicture } from '../../data/pictureFile.js';
import type { PictureSet } from '../../data/pictureSet.js';
import { resizePicture } from '../../data/pictures.js';
import { pictureByIndex } from '../../report/pictures.js';
import { chooseData } from '../chooseData.js';
import type { CourseOptions } from '../commands/course.js';
import { say } from '../terminal.js';

/** The pictures that experiments are about, and the user's own. */
export async function choosePictures(
  { data, picture, index }: CourseOptions,
  signal: AbortSignal,
): Promise<Pictures> {
  const dataset = await chooseData(data, signal);
  pictureByIndex(dataset.train, index);
  const areCats = isCatSet(dataset);
  if (!areCats) say('      It is not the cat set of the course: its numbers are not compared.');
  const own = picture === undefined ? undefined : await ownPicture(picture, dataset.train);
  return { dataset, areCats, index, own };
}

async function ownPicture(path: string, size: PictureSet) {
  const { data } = await resizePicture(await readPicture(path, size), size.width, size.height);
  return { name: basename(path), data };
}

/** What the report says of them. */
export const describe = (pictures: Pictures | undefined): string => {
  if (pictures === undefined) return 'none were needed';
  const { dataset, areCats } = pictures;
  const { name, train, test } = dataset;
  return `${name}, ${train.m} to train and ${test.m} to test${areCats ? '' : '; not the cat set of the course'}`;
};
