/** Milliseconds of a frame that steps may take: what is left draws, sixty times a second. */
const budget = 10;
/** Milliseconds between steps that are four a second. */
const slow = 250;

/** Makes the steps of a frame: as many as are wanted, and no more than leave the page quick. */
export class Pace {
  private last = Number.NEGATIVE_INFINITY;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** How many steps were made; `wanted` of 0 is one step in a while. */
  make(wanted: number, step: () => void): number {
    const began = this.now();
    if (wanted === 0) {
      if (began - this.last < slow) return 0;
      this.last = began;
    }
    let made = 0;
    do {
      step();
      made++;
    } while (made < wanted && this.now() - began < budget);
    return made;
  }
}

/** Events in the last second. */
export class Rate {
  private events: { at: number; count: number }[] = [];

  add(at: number, count = 1): void {
    this.events.push({ at, count });
    while (at - this.events[0].at > 1000) this.events.shift();
  }

  /** Per second; undefined before there are two. */
  get perSecond(): number | undefined {
    const { events } = this;
    if (events.length < 2) return undefined;
    const seconds = (events.at(-1)!.at - events[0].at) / 1000;
    return events.slice(1).reduce((sum, { count }) => sum + count, 0) / seconds;
  }

  clear(): void {
    this.events = [];
  }
}
