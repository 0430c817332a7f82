import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { type ExperimentName, experimentNames, type Note, notes } from '../../course/contents.js';
import type { BackendName } from '../../runtime/backendNames.js';
import { interruptible } from '../ending.js';
import type { JobOptions } from '../jobs/howRun.js';
import { withJobOptions } from '../jobs/jobOptions.js';
import * as options from '../options.js';

export interface CourseOptions extends JobOptions {
  data?: string;
  backend: BackendName | 'auto';
  picture?: string;
  index: number;
  html: string;
  json?: boolean;
}

export const define = (command: Command): Command =>
  withJobs(described(command))
    .addHelpText('after', `\nNotes and experiments:\n${contents()}`)
    .action((names: ExperimentName[], asked: CourseOptions, command: Command) =>
      interruptible(async (signal) =>
        (await import('../course.js')).run(names, asked, signal, options.givenOn(command)),
      ),
    );

const described = (command: Command): Command =>
  command
    .description(
      'Runs the models and experiments of the course, compares their numbers with the published ones, ' +
        'and writes a report with equations, code and figures. Exits with 1 if a number differs.',
    )
    .addArgument(
      new Argument('[names...]', 'experiments, or notes to run all of theirs')
        .default([], 'all')
        .argParser(chosen),
    )
    .addOption(options.dataOption())
    .addOption(
      new Option(
        '--backend <name>',
        `TensorFlow.js backend: ${options.backendChoices.join(', ')}; float64 reproduces every printed digit`,
      )
        .default('float64', 'float64')
        .argParser(options.oneOf(options.backendChoices)),
    )
    .option('--picture <file>', 'JPEG or PNG for the cat models to classify')
    .addOption(
      new Option('--index <i>', 'training picture to show')
        .default(10)
        .argParser(options.wholeNumber(0)),
    )
    .addOption(options.reportOption('--html <file>', 'report/index.html'))
    .addOption(options.jsonOption());

const withJobs = (command: Command): Command =>
  withJobOptions(command.optionsGroup('Jobs:'), {
    jobs: 'experiments at once, each in a process of its own (default: the cores, where several are long)',
    redis: 'experiments for whoever runs `handgrad worker`',
    attach: 'come back to a run that the workers go on with',
    retries: 'how often an experiment is tried again whose process fails',
  });

/** An experiment by its name, or those of a note; none twice. */
function chosen(name: string, before: readonly ExperimentName[]): ExperimentName[] {
  const found = Object.hasOwn(notes, name)
    ? experimentNames[name as Note]
    : Object.values(experimentNames)
        .flat()
        .filter((experiment) => experiment === name);
  if (found.length === 0) {
    throw new InvalidArgumentError(`There is no experiment ${name}. Choose from:\n${contents()}`);
  }
  return [...new Set([...before, ...found])];
}

function contents(): string {
  const lines = Object.entries(notes).map(
    ([note, title]) => `  ${note}  ${title}:\n       ${experimentNames[note as Note].join(', ')}`,
  );
  return lines.join('\n');
}
