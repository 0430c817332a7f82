import { dirname } from 'node:path';
import { codeOf, type DiskFile, disk } from './disk.js';

/*
 * Bytes that are on the disk, and not in the system's memory alone. Source: fsync(2), "Calling fsync()
 * does not necessarily ensure that the entry in the directory containing the file has also reached
 * disk. For that an explicit fsync() on a file descriptor for the directory is also needed."
 */

const piece = 2 ** 26;

/** A new file of these bytes. Where it throws, the file may be there in part. */
export async function writeNew(path: string, contents: string | Uint8Array): Promise<void> {
  const bytes = typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
  const file = await disk.open(path, 'wx');
  try {
    await writeAll(file, bytes);
    await file.sync();
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
  await file.close(); // a network disk says here that it is full
}

/** Writes bytes to the end of them: a disk may take fewer than it was given. */
export async function writeAll(file: DiskFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const written = await file.write(bytes.subarray(at, at + piece));
    if (written === 0) throw Object.assign(new Error('no byte is taken'), { code: 'EIO' });
    at += written;
  }
}

/** Brings to the disk which names a folder has. Windows has no such call; some disks refuse it. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await disk.open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'ENOSYS'].includes(codeOf(error)!)) throw error;
  } finally {
    await folder.close().catch(() => {});
  }
}

/** Makes a folder and those around it, or none; the outermost one that was made, if any. */
export async function makeFolder(path: string): Promise<string | undefined> {
  try {
    await disk.mkdir(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && dirname(path) !== path) return makeWithParents(path);
    if (await isFolder(path)) return undefined; // EEXIST; of a root, EISDIR or EPERM
    throw error;
  }
  try {
    await syncFolder(dirname(path));
  } catch (error) {
    await disk.rmdir(path).catch(() => {});
    throw error;
  }
  return path;
}

async function makeWithParents(path: string): Promise<string | undefined> {
  const parent = dirname(path);
  const outermost = await makeFolder(parent);
  try {
    const made = await makeFolder(path);
    return outermost ?? made;
  } catch (error) {
    if (outermost) await removeEmpty(parent, outermost);
    throw error;
  }
}

/** Removes folders from the innermost out, while they are empty: another process may be at work. */
export async function removeEmpty(innermost: string, outermost: string): Promise<void> {
  for (let folder = innermost; folder.startsWith(outermost); folder = dirname(folder)) {
    const isRemoved = await disk.rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!isRemoved) return;
  }
}

const isFolder = (path: string) =>
  disk.stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
