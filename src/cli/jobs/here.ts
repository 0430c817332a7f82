import type { FolderStore } from '../../jobs/folderStore.js';
import type { Runner } from '../../jobs/runner.js';
import { ChildProcesses } from '../../jobs/runners/childProcesses.js';
import { InProcess } from '../../jobs/runners/inProcess.js';
import type { Store } from '../../jobs/store.js';
import { childEntry, noFolder, usualLimits } from './children.js';

/** So many jobs at once on this machine, each in a process of its own; one at a time in this process. */
export const runnerHere = (jobs: number, store: FolderStore): Runner =>
  jobs === 1 ? new InProcess(store) : inChildren(jobs, store, store.folder);

/** Each in a process of its own, also one. Without a folder they read and give what is of use for moments alone. */
export const inChildren = (jobs: number, store: Store, folder = noFolder): Runner =>
  new ChildProcesses({
    ...{ size: jobs, limits: usualLimits(jobs), store },
    entry: childEntry(folder, 'here'),
  });
