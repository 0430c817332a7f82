import { type Answer, type ChildJob, type JobLimits, WarmChild } from './childProcess.js';
import type { Entry } from './startChild.js';

export interface PoolOptions {
  /** How many children, and so jobs, at once. */
  readonly size: number;
  readonly entry: Entry;
  readonly limits: JobLimits;
}

interface Slot {
  isBusy: boolean;
  /** What its child has loaded. */
  loaded?: string;
  child?: WarmChild;
}

/** Children that stay warm between jobs: data and backend are loaded once in each. */
export class Pool {
  private readonly slots: Slot[];
  private readonly waiting: (() => void)[] = [];
  private isClosed = false;

  constructor(private readonly options: PoolOptions) {
    this.slots = Array.from({ length: options.size }, () => ({ isBusy: false }));
  }

  /**
   * Does a job in a child that is free: one that has loaded the same, or a new one. What goes wrong is
   * in the answer.
   *
   * @param process what can share a process.
   */
  async ask(
    job: ChildJob,
    process: string,
    signal: AbortSignal,
    onProgress: (value: unknown) => void,
  ): Promise<Answer> {
    while (!signal.aborted && this.slots.every(({ isBusy }) => isBusy)) await this.turn(signal);
    if (signal.aborted || this.isClosed) return { stopped: true };
    const slot = this.slotFor(process);
    slot.isBusy = true;
    try {
      return await this.childIn(slot, process).ask(job, signal, onProgress);
    } finally {
      slot.isBusy = false;
      this.waiting.shift()?.();
    }
  }

  close(): void {
    this.isClosed = true;
    for (const { child } of this.slots) child?.end();
  }

  /** Until a slot is free, or the signal says that none is wanted. */
  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.waiting.splice(this.waiting.indexOf(wake), 1);
        resolve();
      };
      this.waiting.push(wake);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  private slotFor(process: string): Slot {
    const free = this.slots.filter(({ isBusy }) => !isBusy);
    return (
      free.find(({ child, loaded }) => child && loaded === process) ??
      free.find(({ child }) => !child) ??
      free[0]
    );
  }

  private childIn(slot: Slot, loaded: string): WarmChild {
    if (slot.child && slot.loaded !== loaded) slot.child.end();
    else if (slot.child) return slot.child;
    const { entry, limits } = this.options;
    const child = new WarmChild(entry, limits, () => {
      if (slot.child === child) slot.child = undefined;
    });
    slot.child = child;
    slot.loaded = loaded;
    return child;
  }
}
