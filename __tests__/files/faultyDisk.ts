import { afterEach } from '@jest/globals';
import { type Disk, useDisk } from '../../src/files/disk.js';

/** Afterwards the real disk is there again, whatever a test has put in its place. */
export function realDiskAfterEach(): void {
  afterEach(() => useDisk());
}

export const failure = (code: string) => Object.assign(new Error(`${code} it is`), { code });

type Call = { readonly name: string; readonly path: string };

/**
 * The real disk, whose calls are written down, and fail where `fails` has a code for them. Those of a file
 * that is open are named write, sync and close.
 */
export function recordingDisk(
  fails: (call: Call, nth: number) => string | undefined = () => undefined,
) {
  const calls: string[] = [];
  useDisk((real) => {
    const tried = async <T>(name: string, path: string, work: () => Promise<T>): Promise<T> => {
      calls.push(`${name} ${path}`);
      const code = fails({ name, path }, calls.length);
      if (code) throw failure(code);
      return work();
    };
    const open: Disk['open'] = (path, flags) =>
      tried(`open ${flags}`, path, async () => {
        const file = await real.open(path, flags);
        return {
          write: (bytes) => tried('write', path, () => file.write(bytes)),
          sync: () => tried('sync', path, file.sync),
          close: async () => {
            await file.close(); // as close(2): whatever it says, it is closed
            await tried('close', path, async () => {});
          },
        };
      });
    return {
      ...real,
      open,
      mkdir: (path) => tried('mkdir', path, () => real.mkdir(path)),
      rename: (from, to) => tried('rename', to, () => real.rename(from, to)),
      unlink: (path) => tried('unlink', path, () => real.unlink(path)),
      rmdir: (path) => tried('rmdir', path, () => real.rmdir(path)),
      readdir: (path) => tried('readdir', path, () => real.readdir(path)),
      readFile: (path) => tried('readFile', path, () => real.readFile(path)),
      stat: (path) => tried('stat', path, () => real.stat(path)),
      touch: (path) => tried('touch', path, () => real.touch(path)),
      statfs: (path) => tried('statfs', path, () => real.statfs(path)),
      wait: (ms) => tried('wait', String(ms), () => real.wait(Math.min(ms, 5))),
    };
  });
  return calls;
}
