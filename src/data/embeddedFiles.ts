import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../core/errors.js';
import { writeFolder } from '../files/write.js';
import { drawFiles } from './embedded.js';

/**
 * Writes train_embedded.h5 and test_embedded.h5, the files of `embeddedDataset`, into a folder that
 * is made where it is missing.
 *
 * @throws DataError where a file of that name holds something else, or cannot be written.
 */
export async function writeEmbeddedSet(folder: string): Promise<void> {
  const files = Object.values(await drawFiles());
  const byName = Object.fromEntries(files.map(({ path, bytes }) => [path, bytes]));
  await writeFolder(folder, byName, DataError, async () => {
    for (const { path, bytes } of files) await refuseToReplace(join(folder, path), bytes);
  });
}

async function refuseToReplace(path: string, bytes: Uint8Array): Promise<void> {
  const there = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (there && !there.equals(bytes)) {
    throw new DataError(
      `${path} holds something else than the embedded set. Move it away or choose another folder.`,
    );
  }
}
