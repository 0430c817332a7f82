import type { Command } from 'commander';

/** A file of commands/: adds the description, arguments, options and action of its command. */
export interface Definition {
  define(command: Command): Command;
}

interface Entry {
  /** For the list of --help. */
  readonly summary: string;
  readonly load: () => Promise<Definition>;
}

/**
 * Every command, in the order of --help. A definition is imported when its command is asked for, and
 * imports in turn what its action needs when that runs: --help waits for neither TensorFlow.js nor
 * the reports.
 */
export const commands: Readonly<Record<string, Entry>> = {
  train: {
    summary: 'train on your pictures, tables or arrays',
    load: () => import('./commands/train.js'),
  },
  tune: {
    summary: 'search for the best learning rate, layers, …',
    load: () => import('./commands/tune.js'),
  },
  'cross-validate': {
    summary: 'train and judge on folds: how well will it do',
    load: () => import('./commands/crossValidate.js'),
  },
  worker: {
    summary: 'take jobs that others submit',
    load: () => import('./commands/worker.js'),
  },
  workers: {
    summary: 'show who works on what',
    load: () => import('./commands/workers.js'),
  },
  status: {
    summary: 'show how far runs have come',
    load: () => import('./commands/status.js'),
  },
  evaluate: {
    summary: 'judge a model on data that it has not seen',
    load: () => import('./commands/evaluate.js'),
  },
  predict: {
    summary: 'classify pictures, predict rows and arrays',
    load: () => import('./commands/predict.js'),
  },
  check: {
    summary: 'check the gradients of a backward pass',
    load: () => import('./commands/check.js'),
  },
  grade: { summary: 'check every module in a folder', load: () => import('./commands/grade.js') },
  course: {
    summary: 'run the experiments of the course',
    load: () => import('./commands/course.js'),
  },
  export: {
    summary: 'convert a model for Keras, NumPy, ONNX Runtime, …',
    load: () => import('./commands/export.js'),
  },
  import: {
    summary: 'make a model from weights of other tools',
    load: () => import('./commands/import.js'),
  },
  data: { summary: 'download the cat data set', load: () => import('./commands/data.js') },
  doctor: {
    summary: 'show which backends work on this machine',
    load: () => import('./commands/doctor.js'),
  },
  setup: {
    summary: 'build the native TensorFlow backend',
    load: () => import('./commands/setup.js'),
  },
};
