import type { Ratio } from './ratios.js';
import type { Timings } from './takeTurns.js';
import type { Measured } from './workload.js';

/** Everything that a run of the bench found. */
export interface Report {
  readonly measured: readonly Measured[];
  readonly ratios: readonly Ratio[];
  readonly machine: string;
  /** By what runs: Node, native, wasm, numpy, PyTorch, … */
  readonly versions: Readonly<Record<string, string>>;
  /** Of products of large matrices, in GFLOP/s, where numpy is here. */
  readonly productSpeed?: number;
}

export function toJson({ measured, ratios, machine, versions }: Report): string {
  const workloads: Record<string, Timings> = Object.fromEntries(
    measured.map(({ name, timings }) => [name, timings]),
  );
  const named = Object.fromEntries(ratios.map(({ name, ...ratio }) => [name, ratio]));
  return JSON.stringify({ workloads, ratios: named, machine, versions }, null, 2);
}

/** A contestant's line: name, time, spread, rounds; of a whole run in seconds. */
export function rowsOf({ timings, run }: Measured): [string, string, string, string][] {
  const show =
    run === undefined ? milliseconds : (ms: number) => `${threeDigits((ms * run) / 1000)} s`;
  return Object.entries(timings)
    .sort(([, a], [, b]) => a.msPerIteration - b.msPerIteration)
    .map(([name, { msPerIteration, spread, rounds }]) => [
      name,
      show(msPerIteration),
      spread.map(show).join(' to '),
      String(rounds),
    ]);
}

/** How long an iteration's products alone would take, were they as fast as large ones. */
export function limitOf({ work }: Measured, speed: number | undefined): string | undefined {
  if (work === undefined || speed === undefined) return undefined;
  const [least, rate] = [milliseconds(work / speed / 1e6), Math.round(speed)];
  return `The products of a step alone, at the ${rate} GFLOP/s that numpy reaches with large matrices here: ${least}.`;
}

const milliseconds = (ms: number) =>
  ms < 1 ? `${threeDigits(1000 * ms)} µs` : `${threeDigits(ms)} ms`;

/** Three digits, without an exponent. */
export const threeDigits = (value: number): string =>
  value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));

export const verdict = ({ value, target }: Ratio): string =>
  target === undefined ? '' : value <= target ? 'reached' : 'not reached';
