import { Argument, type Command, Option } from 'commander';
import { interruptible } from '../ending.js';
import * as options from '../options.js';

export interface GradeOptions {
  timeout: number;
  memory: number;
  reference?: string;
  forward?: string;
  backward?: string;
  cost?: string;
  python?: string;
  csv?: string;
  html?: string;
  json?: boolean;
}

export const define = (command: Command): Command =>
  command
    .description(
      'Runs `handgrad check` on every module (.js, .mjs, .ts, .py, .ipynb) in FOLDER, each in its own process with ' +
        'limited time and memory and without your environment variables. A module that hangs, exits ' +
        'or crashes affects only its own row. This is not a sandbox: grade untrusted code in a ' +
        'container. Exits with 0 once all modules are graded, whatever the verdicts.',
    )
    .addArgument(new Argument('<folder>', 'folder of modules; subfolders are ignored'))
    .addOption(
      new Option('--timeout <seconds>', 'time limit per module')
        .default(20)
        .argParser(options.numberAbove(0)),
    )
    .addOption(
      new Option('--memory <MB>', 'memory limit per module; a check itself uses about 200')
        .default(1024)
        .argParser(options.wholeNumber(1)),
    )
    .addOption(
      new Option(
        '--reference <file>',
        'file whose functions are expected, on its numbers: of JavaScript the same names, outputs and ' +
          'gradients, of Python the same names',
      ).argParser(options.fileName),
    )
    .addOption(options.forwardOption())
    .addOption(options.backwardOption())
    .addOption(options.costOption())
    .addOption(options.pythonOption())
    .addOption(new Option('--csv <path>', 'write the table as CSV').argParser(options.fileName))
    .addOption(new Option('--html <path>', 'write the table as HTML').argParser(options.fileName))
    .addOption(options.jsonOption())
    .action((folder: string, options: GradeOptions) =>
      interruptible(async (signal) => (await import('../grade.js')).run(folder, options, signal)),
    );
