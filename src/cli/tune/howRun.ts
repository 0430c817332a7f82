import type { TuneOptions } from '../commands/tune.js';

/** What is said about how a search is run, and changes nothing of what it finds. */
export const howRun = [
  ...['jobs', 'retries', 'redis', 'prefix', 'store', 'allowMixed', 'attach'],
] as const satisfies readonly (keyof TuneOptions)[];

/** The options of a search without those about how it is run. */
export const whatIsSought = (options: TuneOptions): TuneOptions =>
  Object.fromEntries(
    Object.entries(options).filter(([name]) => !(howRun as readonly string[]).includes(name)),
  ) as unknown as TuneOptions;
