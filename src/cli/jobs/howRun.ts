import type { SharingOptions } from './redisOptions.js';

/** How jobs are run, for whom they are run: the options that `tune`, `train` and `cross-validate` have in common. */
export interface JobOptions extends Partial<SharingOptions> {
  jobs?: number;
  retries?: number;
  allowMixed?: boolean;
  attach?: string;
}

/** What is said about how jobs are run, and changes nothing of what they find. */
export const howRun = [
  ...['jobs', 'retries', 'redis', 'prefix', 'store', 'allowMixed', 'attach'],
] as readonly (keyof JobOptions)[];

/** The options of a command without those about how its jobs are run. */
export const whatIsSought = <T extends JobOptions>(options: T): T =>
  Object.fromEntries(
    Object.entries(options).filter(([name]) => !(howRun as readonly string[]).includes(name)),
  ) as unknown as T;

/** Those alone. */
export const howOf = (options: JobOptions): JobOptions =>
  Object.fromEntries(howRun.map((name) => [name, options[name]]));
