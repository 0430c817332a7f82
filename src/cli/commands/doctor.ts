import type { Command } from 'commander';
import * as options from '../options.js';

export interface DoctorOptions {
  json?: boolean;
}

export const define = (command: Command): Command =>
  command
    .description('Shows which backends work on this machine, and how to fix those that do not.')
    .addOption(options.jsonOption())
    .action(async (options: DoctorOptions) => (await import('../doctor.js')).run(options));
