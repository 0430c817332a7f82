import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Part, writePictureFile } from '../../src/data/hdf5.js';
import type { PictureSet } from '../../src/data/pictureSet.js';

/** Square pictures of noise, light ones and dark ones in turn: 'light' is class 1. */
export function tinyPictures(m: number, side = 8): PictureSet {
  const size = side * side * 3;
  const pictures = Uint8Array.from({ length: m * size }, (_, i) => {
    const light = Math.floor(i / size) % 2;
    return 100 * light + ((i * 7919) % 150);
  });
  const labels = Uint8Array.from({ length: m }, (_, i) => i % 2);
  return {
    pictures,
    labels,
    m,
    height: side,
    width: side,
    channels: 3,
    classes: ['dark', 'light'],
  };
}

/** train_tiny.h5 and test_tiny.h5 in a folder. */
export async function writeTinySet(
  folder: string,
  { train = tinyPictures(20), test = tinyPictures(6) } = {},
): Promise<string> {
  const put = async (part: Part, set: PictureSet) =>
    writeFileSync(join(folder, `${part}_tiny.h5`), await writePictureFile(set, part));
  await put('train', train);
  await put('test', test);
  return folder;
}
