import type { FolderStore } from '../../jobs/folderStore.js';
import type { Runner } from '../../jobs/runner.js';
import { ChildProcesses } from '../../jobs/runners/childProcesses.js';
import { InProcess } from '../../jobs/runners/inProcess.js';
import { childEntry, usualLimits } from './children.js';

/** So many jobs at once on this machine, each in a process of its own; one at a time in this process. */
export const runnerHere = (jobs: number, store: FolderStore): Runner =>
  jobs === 1 ? new InProcess(store) : inChildren(jobs, store);

/** Each in a process of its own, also one. */
export const inChildren = (jobs: number, store: FolderStore): Runner =>
  new ChildProcesses({
    ...{ size: jobs, limits: usualLimits(jobs) },
    entry: childEntry(store.folder, 'here'),
  });
