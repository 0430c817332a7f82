/** Something to time. */
export interface Contestant {
  /** Runs so many iterations; a contestant that times itself gives back the milliseconds. */
  run(iterations: number): Promise<unknown>;
  dispose(): void;
}

export interface Timing {
  /** Median of the rounds. */
  readonly msPerIteration: number;
  /** Fastest and slowest round. */
  readonly spread: readonly [number, number];
}

export type Timings = Readonly<Record<string, Timing>>;

export interface Workload {
  readonly title: string;
  run(rounds: number): Promise<Timings>;
  /** Which times are divided by which. */
  readonly ratios: readonly (readonly [string, string])[];
}

/**
 * Times contestants in turns, so that what disturbs the machine disturbs them alike: one round to warm
 * up, then `rounds` of them.
 */
export async function takeTurns(
  contestants: Readonly<Record<string, Contestant>>,
  rounds: number,
  iterations: number,
): Promise<Timings> {
  const entered = Object.entries(contestants).map(([name, { run }]) => ({
    name,
    run,
    times: [] as number[],
  }));
  for (const { run } of entered) await run(iterations);
  for (let round = 0; round < rounds; round++) {
    for (const { run, times } of entered) {
      const start = performance.now();
      const own = await run(iterations);
      const ms = typeof own === 'number' ? own : performance.now() - start;
      times.push(ms / iterations);
    }
  }
  return Object.fromEntries(entered.map(({ name, times }) => [name, timing(times)]));
}

function timing(times: readonly number[]): Timing {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { msPerIteration: median, spread: [sorted[0], sorted.at(-1)!] };
}
