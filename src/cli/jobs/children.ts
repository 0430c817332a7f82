import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { extname, join } from 'node:path';
import type { JobLimits } from '../../jobs/childProcess.js';
import type { Entry } from '../../jobs/startChild.js';
import type { Origin } from './place.js';

/** How a child that does jobs is started: compiled JavaScript as it is, TypeScript in a checkout by tsx. */
export const childEntry = (folder: string, origin: Origin): Entry => ({
  file: new URL(`./child${extname(import.meta.url)}`, import.meta.url),
  args: [folder, origin],
});

/** Where nothing lies: of children whose jobs need no files. */
export const noFolder = join(tmpdir(), 'handgrad-none');

/** A job that takes longer hangs. */
const usualHours = 12;

/** What a job may use where nothing else is asked for: its share of the memory. */
export const usualLimits = (jobs: number): JobLimits => ({
  seconds: usualHours * 3600,
  memory: Math.max(512, Math.floor(totalmem() / 2 ** 20 / jobs)),
});

export const cores = availableParallelism;
