import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * The options of a script. `--help` prints how it is called; what does not fit ends the process with 2
 * and a line that says so, with how it is called.
 */
export function commandLine<T extends ParseArgsConfig>(usage: string, config: T) {
  if (process.argv.includes('--help')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    console.error(`${(error as Error).message.split('. ')[0]}.\n${usage}`);
    process.exit(2);
  }
}
