import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Failure } from './failure.js';
import { NoRegularFile } from './reason.js';
import { inBytes } from './size.js';

/** JavaScript's arrays and strings end somewhere above. */
export const maxFileBytes = 2 ** 31 - 1;

/**
 * The bytes of a regular file, as many as it has when it is opened. Devices and pipes, which never end, are
 * refused before a byte is read.
 *
 * @throws Failure if it is larger than `limit`; what the file system throws, and NoRegularFile, comes through.
 */
export async function readRegular(
  path: string,
  Failure: Failure,
  limit = maxFileBytes,
): Promise<Uint8Array> {
  return withRegular(path, async (file, { size }) => {
    if (size > limit) {
      throw new Failure(
        `${path} has ${inBytes(size)}, and ${inBytes(limit)} are the most. Give a part of it.`,
      );
    }
    const bytes = new Uint8Array(size);
    let at = 0;
    while (at < size) {
      const { bytesRead } = await file.read(bytes, at, size - at, at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return bytes.subarray(0, at);
  });
}

/** Opens a regular file, and closes it when `use` is done. What the file system throws comes through. */
export async function withRegular<T>(
  path: string,
  use: (file: FileHandle, found: Stats) => Promise<T>,
): Promise<T> {
  assertRegular(await stat(path)); // opening a device may do something
  // A pipe that has come since does not wait for its writer.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = await file.stat();
    assertRegular(found);
    return await use(file, found);
  } finally {
    await file.close();
  }
}

/** @throws NoRegularFile, or EISDIR for a folder, as reading it would. */
export function assertRegular(found: Stats): void {
  if (found.isFile()) return;
  if (found.isDirectory()) {
    throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
  }
  throw new NoRegularFile(kindOf(found));
}

export function kindOf(found: Stats): string {
  if (found.isFIFO()) return 'a pipe';
  if (found.isSocket()) return 'a socket';
  return found.isBlockDevice() || found.isCharacterDevice() ? 'a device' : 'something else';
}
