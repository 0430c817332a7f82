import * as fs from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/**
 * Every call by which handgrad changes a folder: nothing else of it writes. A test puts a disk in its
 * place that fails, or dies, at the call it chooses.
 */
export interface Disk {
  mkdir(path: string): Promise<void>;
  /** `wx`: a new file, or EEXIST. `r+`: one that is there, which is left as it is. `r`: a folder. */
  open(path: string, flags: 'wx' | 'r+' | 'r'): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  rmdir(path: string): Promise<void>;
  readdir(path: string): Promise<string[]>;
  readFile(path: string): Promise<Uint8Array>;
  stat(path: string): Promise<Found>;
  touch(path: string): Promise<void>;
  statfs(path: string): Promise<{ bsize: number; bavail: number; blocks: number }>;
  wait(ms: number): Promise<void>;
}

export interface DiskFile {
  /** How many of the bytes were written: it may be fewer. */
  write(bytes: Uint8Array): Promise<number>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface Found {
  isFile(): boolean;
  isDirectory(): boolean;
  readonly mtimeMs: number;
}

const real: Disk = {
  mkdir: async (path) => void (await fs.mkdir(path)),
  open: async (path, flags) => {
    const file = await fs.open(path, flags);
    return {
      write: async (bytes) => (await file.write(bytes)).bytesWritten,
      sync: () => file.sync(),
      close: () => file.close(),
    };
  },
  rename: fs.rename,
  unlink: fs.unlink,
  rmdir: fs.rmdir,
  readdir: (path) => fs.readdir(path),
  readFile: (path) => fs.readFile(path),
  stat: (path) => fs.stat(path),
  touch: (path) => fs.utimes(path, new Date(), new Date()),
  statfs: (path) => fs.statfs(path),
  wait: async (ms) => void (await setTimeout(ms)),
};

export let disk: Disk = real;

/** Puts another disk in the place of the real one, made of it; without one, the real one again. */
export function useDisk(other: (real: Disk) => Disk = (disk) => disk): void {
  disk = other(real);
}

export const codeOf = (error: unknown): string | undefined =>
  (error as NodeJS.ErrnoException | undefined)?.code;
