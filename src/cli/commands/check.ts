import { Argument, type Command, Option } from 'commander';
import type { BackendName } from '../../runtime/backendNames.js';
import { interruptible } from '../ending.js';
import type { ActivationName } from '../names.js';
import * as options from '../options.js';

export interface CheckOptions {
  model?: string;
  layers: number[];
  activation: ActivationName;
  seed: number;
  data?: string;
  backend: BackendName | 'auto';
  relative?: number;
  samples?: number;
  forward?: string;
  backward?: string;
  cost?: string;
  python?: string;
  watch?: boolean;
  html?: string;
  json?: boolean;
}

export const define = (command: Command): Command =>
  command
    .description(
      'With FILE: checks the backward pass of a module against automatic differentiation and central ' +
        'differences, in double precision. Reports which elements are wrong, by how much, and the ' +
        'likely mistake. FILE (.js, .mjs, .cjs, .ts, .mts, .tsx) exports forward(tf, params, X, Y), ' +
        'backward(tf, params, X, Y, cache), and params, X and Y or their shapes. ' +
        'Or a layer without a cost, forward(tf, x, w, b) and backward(tf, dout, cache), a class of these ' +
        'two methods, or op, a tf.customGrad; with shapes or inputs by name. ' +
        'FILE may be Python (.py, .ipynb): forward(x, w, b) and backward(dout, cache) in numpy, or ' +
        'functions that --forward, --backward and --cost name; your own Python runs them. ' +
        "Without FILE: checks handgrad's own network, or that of --model, on the training pictures. " +
        'With --backend: in float32 on that backend, against automatic differentiation only. ' +
        'Exits with 1 if a gradient is wrong.',
    )
    .addArgument(new Argument('[file]', 'module with a forward and a backward pass'))
    .addOption(options.modelOption().conflicts('layers'))
    .addOption(options.layersOption())
    .addOption(options.activationOption())
    .addOption(options.seedOption())
    .addOption(options.dataOption())
    .addOption(options.backendOption())
    .addOption(
      new Option('--relative <error>', 'largest relative error that passes').argParser(
        options.numberAbove(0),
      ),
    )
    .addOption(
      new Option('--samples <n>', 'elements per parameter to compare with differences').argParser(
        options.wholeNumber(1),
      ),
    )
    .addOption(options.forwardOption())
    .addOption(options.backwardOption())
    .addOption(options.costOption())
    .addOption(options.pythonOption())
    .addOption(new Option('--watch', 'check again whenever FILE or what it imports is saved'))
    .addOption(
      new Option('--html <path>', 'write an HTML report with heat maps').argParser(
        options.fileName,
      ),
    )
    .addOption(options.jsonOption())
    .action(async (file: string | undefined, options: CheckOptions) =>
      options.watch
        ? interruptible(async (signal) => (await import('../check.js')).watch(file, signal))
        : (await import('../check.js')).run(file, options),
    );
