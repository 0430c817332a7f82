import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Redis } from 'ioredis';
import { version } from '../version.js';
import type { Fingerprint } from './fingerprint.js';
import { type InHand, sayEvery, sayGone, sayPresence } from './redis/presence.js';
import { isCancelled } from './redis/runs.js';

interface Hand extends InHand {
  readonly controller: AbortController;
}

const askEvery = 2000; // milliseconds

/** The jobs that a worker has in hand: it says which they are, and drops those whose run is cancelled. */
export class Hands {
  private readonly id = randomUUID();
  private readonly inHand = new Set<Hand>();
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly redis: Redis,
    private readonly prefix: string,
    private readonly about: {
      readonly concurrency: number;
      readonly fingerprints: readonly Fingerprint[];
    },
  ) {}

  async open(): Promise<void> {
    await this.say();
    this.timers.push(setInterval(() => void this.say().catch(() => {}), sayEvery));
    this.timers.push(setInterval(() => void this.ask().catch(() => {}), askEvery));
  }

  /** A job is taken; `open` the hand when it is done. */
  take(run: string, title: string): { readonly signal: AbortSignal; open(): void } {
    const hand = { run, title, since: Date.now(), controller: new AbortController() };
    this.inHand.add(hand);
    void this.say().catch(() => {});
    return { signal: hand.controller.signal, open: () => void this.inHand.delete(hand) };
  }

  async close(): Promise<void> {
    this.timers.forEach(clearInterval);
    await sayGone(this.redis, this.prefix, this.id).catch(() => {});
  }

  private say(): Promise<void> {
    const jobs = [...this.inHand].map(({ controller, ...job }) => job);
    return sayPresence(this.redis, this.prefix, this.id, {
      ...{ host: hostname(), pid: process.pid, handgrad: version },
      ...this.about,
      ...{ jobs, now: Date.now() },
    });
  }

  private async ask(): Promise<void> {
    for (const run of new Set([...this.inHand].map((hand) => hand.run))) {
      if (!(await isCancelled(this.redis, this.prefix, run))) continue;
      for (const hand of this.inHand) if (hand.run === run) hand.controller.abort();
    }
  }
}
