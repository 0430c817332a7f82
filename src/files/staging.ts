import { mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/**
 * Lets `work` prepare files in a folder of their own inside `folder`, which is made where it is missing,
 * so that a rename puts them in place whole. Inside, not beside: it is the same disk, and needs no
 * right to write next to `folder`. Afterwards the staging folder is gone, and so are the folders that
 * were made for it, as long as they are empty. What the file system throws comes through.
 */
export async function withStaging<T>(
  folder: string,
  work: (staging: string) => Promise<T>,
): Promise<T> {
  const target = resolve(folder);
  const firstMade = await mkdir(target, { recursive: true });
  let staging: string | undefined;
  try {
    staging = await mkdtemp(join(target, '.writing-'));
    return await work(staging);
  } finally {
    if (staging) await rm(staging, { recursive: true, force: true });
    if (firstMade) await removeEmpty(target, firstMade);
  }
}

/** Removes folders from the innermost out, while they are empty: another process may be at work. */
export async function removeEmpty(innermost: string, outermost: string): Promise<void> {
  for (let folder = innermost; folder.startsWith(outermost); folder = dirname(folder)) {
    const isRemoved = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!isRemoved) return;
  }
}
