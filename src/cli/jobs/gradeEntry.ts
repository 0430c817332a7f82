import { extname } from 'node:path';
import type { Entry } from '../../jobs/startChild.js';
import type { Limits } from '../grade/process.js';

/** How a child that grades is started, and what it may give a module at most. */
export const gradeEntry = (folder: string, { seconds, memory }: Limits): Entry => ({
  file: new URL(`./gradeChild${extname(import.meta.url)}`, import.meta.url),
  args: [folder, String(seconds), String(memory)],
});
