const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'a file stands where a folder should',
  EEXIST: 'a file stands where a folder should',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
  ENAMETOOLONG: 'the name is too long',
};

/** Why the file system refused, for `… cannot be written: permission denied`. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ''] ?? message;
}

/** What a file that could not be read is or does: `does not exist`, `cannot be read: permission denied`. */
export function unreadable(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
  if (error instanceof NoRegularFile) return `is ${error.what}, and no file`;
  return code === 'EISDIR' ? 'is a folder' : `cannot be read: ${reasonOf(error)}`;
}

/** What a path leads to that is no file, as the cause of an error that `unreadable` has words for. */
export class NoRegularFile extends Error {
  constructor(readonly what: string) {
    super(`it is ${what}, and no file`);
  }
}
