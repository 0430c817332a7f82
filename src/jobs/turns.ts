/** Calls one after the other, in their order; `done` waits for all, and throws what the first threw. */
export class Turns {
  private last: Promise<void> = Promise.resolve();

  add(call: () => void | Promise<void>): void {
    this.last = this.last.then(call);
    this.last.catch(() => {}); // `done` says it
  }

  done(): Promise<void> {
    return this.last;
  }
}
