import type { NdArray } from './array.js';

/** What a function has had the backend do. */
export interface Work {
  /** Kernels that ran. */
  readonly kernels: number;
  /** Numbers that they gave. */
  readonly numbers: number;
}

let kernels = 0;
let numbers = 0;
let isCounting = false;

/** Runs f and counts the kernels that it runs, and the numbers that these give. */
export function counting<T>(f: () => T): { result: T; work: Work } {
  const [before, given, outer] = [kernels, numbers, isCounting];
  isCounting = true;
  try {
    const result = f();
    return { result, work: { kernels: kernels - before, numbers: numbers - given } };
  } finally {
    isCounting = outer;
  }
}

/** Called behind each kernel; does nothing outside `counting`. */
export function noteWork(output: NdArray | NdArray[]): void {
  if (!isCounting) return;
  kernels++;
  if (!Array.isArray(output)) numbers += output.values.length;
  else for (const { values } of output) numbers += values.length;
}
