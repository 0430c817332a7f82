import { Argument, type Command, Option } from 'commander';
import { usualRetries } from '../../jobs/runner.js';
import { interruptible } from '../ending.js';
import { type Isolation, isolations } from '../grade/isolation/kinds.js';
import {
  prefixOption,
  redisOption,
  type SharingOptions,
  storeOption,
} from '../jobs/redisOptions.js';
import * as options from '../options.js';

export interface GradeOptions extends Partial<SharingOptions> {
  timeout: number;
  memory: number;
  reference?: string;
  forward?: string;
  backward?: string;
  cost?: string;
  python?: string;
  isolation: Isolation | 'auto';
  allow?: string[];
  csv?: string;
  html?: string;
  json?: boolean;
  jobs?: number;
  retries?: number;
  attach?: string;
}

/** What is asked of a grading, which one that goes on has been asked already. */
const asked = [
  ...['timeout', 'memory', 'reference', 'allow', 'isolation', 'forward', 'backward', 'cost'],
  'python',
];

export const define = (command: Command): Command =>
  command
    .description(
      'Judges the backward pass of every module (.js, .mjs, .cjs, .ts, .mts, .tsx, .py, .ipynb) in FOLDER. ' +
        'Each runs in its own process with limited time, memory and number of processes and without ' +
        'your environment variables; it gets numbers and gives numbers. The verdict is made outside of ' +
        'it, by differences of its cost and by --reference. A module that hangs, exits or crashes ' +
        'affects only its own row. Every entry of FOLDER has a row. A module may import TensorFlow.js and what --allow names. ' +
        "With bubblewrap (Debian's package) it also runs as another user, without network, and sees no file and no process " +
        "but its own; without it, under Node's permission model, which keeps it from files and from " +
        'starting processes. The first line says which. Exits with 0 once all modules are graded, whatever the verdicts.',
    )
    .addArgument(
      new Argument('[folder]', 'folder of modules; its subfolders are graded by themselves'),
    )
    .addOption(
      new Option('--timeout <seconds>', 'time limit per module')
        .default(20)
        .argParser(options.numberAbove(0)),
    )
    .addOption(
      new Option(
        '--memory <MB>',
        'memory limit per module, all its processes together; a check itself uses about 200',
      )
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
    .addOption(
      new Option('--allow <file...>', 'files that a module may import besides TensorFlow.js'),
    )
    .addOption(
      new Option(
        '--isolation <kind>',
        `what keeps a module from this machine: auto, ${isolations.join(', ')}`,
      )
        .default('auto')
        .argParser(options.oneOf(['auto', ...isolations]))
        .conflicts('redis'),
    )
    .addOption(options.forwardOption())
    .addOption(options.backwardOption())
    .addOption(options.costOption())
    .addOption(options.pythonOption().conflicts('redis'))
    .addOption(new Option('--csv <path>', 'write the table as CSV').argParser(options.fileName))
    .addOption(new Option('--html <path>', 'write the table as HTML').argParser(options.fileName))
    .addOption(options.jsonOption())
    .optionsGroup('Jobs:')
    .addOption(
      new Option('--jobs <n>', 'modules at once (default: the cores)')
        .argParser(options.wholeNumber(1))
        .conflicts('redis'),
    )
    .addOption(redisOption('modules for whoever runs `handgrad worker --allow-grade`'))
    .addOption(prefixOption())
    .addOption(storeOption())
    .addOption(
      new Option('--attach <run>', 'come back to a run that the workers go on with')
        .argParser(options.keyPrefix)
        .conflicts(['jobs', ...asked]),
    )
    .addOption(
      new Option('--retries <n>', 'how often a module is tried again whose worker fails')
        .default(usualRetries, String(usualRetries))
        .argParser(options.wholeNumber(0)),
    )
    .action((folder: string | undefined, options: GradeOptions, command: Command) => {
      if ((folder === undefined) === (options.attach === undefined)) {
        command.error('error: give a folder of modules, or --attach and the run to come back to', {
          exitCode: 2,
        });
      }
      return interruptible(async (signal) =>
        (await import('../grade.js')).run(folder, options, signal),
      );
    });
