import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderStore } from './folderStore.js';

/** What jobs on this machine hand to each other, in a folder that nobody needs once the run has ended. */
export class TemporaryStore extends FolderStore {
  static async make(command: string): Promise<TemporaryStore> {
    return new TemporaryStore(
      await mkdtemp(join(tmpdir(), `handgrad-${command}-`)),
      Number.POSITIVE_INFINITY,
    );
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
