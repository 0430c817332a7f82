import { fileURLToPath } from 'node:url';
import { catSetIsIn } from '../../src/data/catSet.js';
import { loadDataset } from '../../src/data/datasetFolder.js';
import { pictureAt } from '../../src/data/pictureSet.js';
import { draw, type Shape, type Task } from './task.js';

/** The training pictures of the cat set: 209 of 64 x 64 x 3. */
export const cats = { nX: 12288, m: 209 } as const;

const folders = () => [
  ...(process.env.HANDGRAD_DATA ? [process.env.HANDGRAD_DATA] : []),
  fileURLToPath(new URL('../../data', import.meta.url)),
  fileURLToPath(new URL('../../../shared/data/catvnoncat', import.meta.url)),
];

/** A task on the cat set, or on random data of its size where the set is missing; `data` says which. */
export async function drawOnCats(shape: Shape): Promise<{ task: Task; data: string }> {
  for (const folder of folders()) {
    if (!(await catSetIsIn(folder))) continue;
    const { train } = await loadDataset(folder);
    const X = new Float32Array(cats.nX * cats.m); // (n_x, m)
    for (let i = 0; i < cats.m; i++) {
      pictureAt(train, i).forEach((byte, row) => {
        X[row * cats.m + i] = byte / 255;
      });
    }
    const task = draw(shape, { samples: { X, Y: Float32Array.from(train.labels) } });
    return { task, data: 'the cat set' };
  }
  return { task: draw(shape), data: "random data of the cat set's size" };
}
