import { cpSync, existsSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RandomState } from '../../src/core/random.js';
import type { Disk, DiskFile } from '../../src/files/disk.js';

/*
 * A disk that fails, or dies, at one call of all that are made, as in SQLite's tests
 * (https://www.sqlite.org/testing.html, "Anomaly Testing").
 */

/** What happens at the call. `once` it goes well again afterwards, else all that write fail too. */
export const kinds = [
  ...(['EIO once', 'ENOSPC once', 'EACCES once', 'EIO', 'ENOSPC'] as const),
  ...(['short write', 'half written, then ENOSPC'] as const),
  ...(['killed before', 'killed after', 'killed in the middle', 'power lost'] as const),
] as const;
export type Kind = (typeof kinds)[number];

const isDeath = (kind: Kind) => kind.startsWith('killed') || kind === 'power lost';

export class FaultyDisk {
  /** The calls, in their order. */
  readonly calls: string[] = [];
  /** Settled when the process is dead: what it waits for never comes. */
  readonly died: Promise<void>;
  private die!: () => void;
  private isDead = false;
  /** What a loss of power may undo: what was not synced. */
  private readonly unsure: { readonly folder: string; undo(): void }[] = [];
  private readonly unwritten = new Set<string>();
  private readonly open: DiskFile[] = [];
  private readonly kept = mkdtempSync(join(tmpdir(), 'handgrad-torture-'));

  constructor(
    /** 1 is the first call; 0 none. */
    private readonly at: number,
    private readonly kind: Kind,
    private readonly random: RandomState,
    /** Whether it says that it has synced, and has not. */
    private readonly lies = false,
  ) {
    this.died = new Promise((resolve) => {
      this.die = resolve;
    });
  }

  async remove(): Promise<void> {
    for (const file of this.open) await file.close().catch(() => {}); // those that the dead one had
    rmSync(this.kept, { recursive: true, force: true });
  }

  /** Counts a call, and has it go as is its fate. */
  private async call<T>(name: string, work: () => Promise<T>, half?: () => Promise<T>): Promise<T> {
    if (this.isDead) return new Promise(() => {});
    this.calls.push(name);
    const number = this.calls.length;
    const isWriting = !/^(stat|readdir|readFile|wait|close|unlink|rmdir|open r)/.test(name);
    const { kind } = this;
    const isNow = number === this.at;
    const goesOn = this.at > 0 && number > this.at && (kind === 'EIO' || kind === 'ENOSPC');
    if (!isNow && !(goesOn && isWriting)) return work();
    if (isDeath(kind)) return this.dies(work, half);
    if (kind === 'short write') return half ? half() : work();
    if (kind.startsWith('half')) {
      if (half) await half();
      throw fault('ENOSPC', name);
    }
    throw fault(kind.split(' ')[0], name);
  }

  private async dies<T>(work: () => Promise<T>, half?: () => Promise<T>): Promise<T> {
    if (this.kind === 'killed after') await work().catch(() => {});
    if (this.kind === 'killed in the middle') await (half ?? work)().catch(() => {});
    this.isDead = true;
    if (this.kind === 'power lost') this.loseWhatIsNotSynced();
    this.die();
    return new Promise(() => {});
  }

  /** Each name that was not synced is lost or not, by chance; each content that was not is cut off. */
  private loseWhatIsNotSynced(): void {
    for (const path of this.unwritten) {
      if (existsSync(path)) truncateSync(path, Math.floor(statSync(path).size / 2));
    }
    const lost = this.unsure.filter(() => this.random.rand(1)[0] < 0.5);
    for (const { undo } of lost.reverse()) undo();
  }

  private remember(path: string): () => void {
    if (!existsSync(path)) return () => rmSync(path, { recursive: true, force: true });
    const copy = join(this.kept, String(this.calls.length));
    cpSync(path, copy, { recursive: true });
    return () => {
      rmSync(path, { recursive: true, force: true });
      if (existsSync(dirname(path))) cpSync(copy, path, { recursive: true });
    };
  }

  /** A call that changes a name in a folder. */
  private async changes(path: string, work: () => Promise<void>): Promise<void> {
    const undo = this.kind === 'power lost' ? this.remember(path) : () => {};
    await work();
    this.unsure.push({ folder: dirname(path), undo });
  }

  over(real: Disk): Disk {
    return {
      mkdir: (path) => this.call(`mkdir ${path}`, () => this.changes(path, () => real.mkdir(path))),
      rename: (from, to) =>
        this.call(`rename ${from} ${to}`, () =>
          this.changes(to, async () => {
            await real.rename(from, to);
            if (this.unwritten.delete(from)) this.unwritten.add(to);
          }),
        ),
      unlink: (path) =>
        this.call(`unlink ${path}`, () => this.changes(path, () => real.unlink(path))),
      rmdir: (path) => this.call(`rmdir ${path}`, () => real.rmdir(path)),
      readdir: (path) => this.call(`readdir ${path}`, () => real.readdir(path)),
      readFile: (path) => this.call(`readFile ${path}`, () => real.readFile(path)),
      stat: (path) => this.call(`stat ${path}`, () => real.stat(path)),
      touch: (path) => real.touch(path),
      statfs: (path) => this.call(`statfs ${path}`, () => real.statfs(path)),
      wait: () => this.call('wait', async () => {}),
      open: (path, flags) =>
        this.call(`open ${flags} ${path}`, async () => {
          let file: DiskFile | undefined;
          const open = async () => {
            file = await real.open(path, flags);
          };
          if (flags === 'wx') {
            await this.changes(path, open);
            this.unwritten.add(path);
          } else await open();
          this.open.push(file!);
          return this.overFile(file!, path, flags === 'r');
        }),
    };
  }

  private overFile(file: DiskFile, path: string, isFolder: boolean): DiskFile {
    return {
      write: (bytes) =>
        this.call(
          `write ${path}`,
          () => file.write(bytes),
          () => file.write(bytes.subarray(0, Math.ceil(bytes.length / 2))),
        ),
      // Counted, not done: no machine loses its power here, but in `loseWhatIsNotSynced`.
      sync: () =>
        this.call(`sync ${path}`, async () => {
          if (this.lies) return;
          this.unwritten.delete(path);
          if (!isFolder) return;
          for (let i = this.unsure.length - 1; i >= 0; i--) {
            if (this.unsure[i].folder === path) this.unsure.splice(i, 1);
          }
        }),
      close: () => this.call(`close ${path}`, () => file.close()),
    };
  }
}

const fault = (code: string, call: string) =>
  Object.assign(new Error(`${code}: injected, ${call}`), { code, syscall: call.split(' ')[0] });
