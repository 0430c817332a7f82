import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from '../core/errors.js';
import { assertReplaceable } from '../files/failure.js';
import { assertWritable } from '../files/write.js';
import { cardFile, modelFile } from './standing.js';

/**
 * @throws ModelError where a model, with others in folders of it and `beside` it, could not be saved, as
 *   far as that can be known: better before the training than after it.
 */
export async function assertSavable(
  path: string,
  folders: readonly string[] = [],
  beside: readonly string[] = [],
): Promise<void> {
  await assertWritable(path, ModelError);
  for (const folder of folders) {
    const found = await stat(join(path, folder)).catch(() => undefined);
    if (found?.isDirectory()) await assertWritable(join(path, folder), ModelError);
    else if (found) {
      throw new ModelError(
        `${join(path, folder)} cannot be written: a file stands where a folder should. Choose another folder.`,
      );
    }
  }
  const models = ['', ...folders].flatMap((folder) => [
    join(folder, modelFile),
    join(folder, cardFile),
  ]);
  for (const name of [...models, ...beside]) await assertReplaceable(join(path, name), ModelError);
}
