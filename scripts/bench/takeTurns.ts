import { setTimeout } from 'node:timers/promises';

/** Something to time. */
export interface Contestant {
  /** Iterations come in multiples of it. Default: 1. */
  readonly atOnce?: number;
  /** Runs so many iterations; a contestant that times itself gives back the milliseconds. */
  run(iterations: number): Promise<unknown>;
}

export interface Timing {
  /** Median of the rounds. */
  readonly msPerIteration: number;
  /** Fastest and slowest round. */
  readonly spread: readonly [number, number];
  readonly rounds: number;
}

export type Timings = Readonly<Record<string, Timing>>;

const minIterations = 3;
/** Threads that look for more work, as OpenMP's and OpenBLAS's do, sleep after it. */
const restMs = 50;

/**
 * Times contestants in turns, so that what disturbs the machine disturbs them alike: each warms up
 * until it is known how many iterations fill the milliseconds of a turn, and then there are `rounds` of
 * turns, and as many again for those whose times are more than 20 % apart.
 */
export async function takeTurns(
  contestants: Readonly<Record<string, Contestant>>,
  rounds: number,
  turnMs = 250,
): Promise<Timings> {
  const entered: { name: string; run(): Promise<number>; times: number[] }[] = [];
  for (const [name, contestant] of Object.entries(contestants)) {
    const iterations = await warmUp(contestant, turnMs);
    const run = async () => (await milliseconds(contestant, iterations)) / iterations;
    entered.push({ name, run, times: [] });
  }
  const unsteady = () =>
    entered.filter(({ times }) => Math.max(...times) > 1.2 * Math.min(...times));
  for (const those of [() => entered, unsteady]) {
    const again = those();
    for (let round = 0; round < rounds; round++) {
      for (const { run, times } of again) times.push(await run());
    }
  }
  return Object.fromEntries(entered.map(({ name, times }) => [name, timing(times)]));
}

/** Runs a turn at least, and says how many iterations one has. */
async function warmUp(contestant: Contestant, turnMs: number): Promise<number> {
  const { atOnce = 1 } = contestant;
  const whole = (iterations: number) =>
    atOnce * Math.max(1, Math.ceil(Math.max(minIterations, iterations) / atOnce));
  let iterations = whole(0);
  let warm = 0;
  for (;;) {
    const ms = await milliseconds(contestant, iterations);
    warm += ms;
    if (ms >= turnMs / 4 && warm >= turnMs) return whole((iterations * turnMs) / ms);
    if (ms < turnMs / 4) iterations = whole(4 * iterations);
  }
}

async function milliseconds({ run }: Contestant, iterations: number): Promise<number> {
  await setTimeout(restMs);
  const start = performance.now();
  const own = await run(iterations);
  return typeof own === 'number' ? own : performance.now() - start;
}

/** The median of times, and how far they lie apart. */
export function timing(times: readonly number[]): Timing {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { msPerIteration: median, spread: [sorted[0], sorted.at(-1)!], rounds: sorted.length };
}
