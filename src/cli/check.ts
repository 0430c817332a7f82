import { basename } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { Argument, Command, Option } from 'commander';
import type { Activation } from '../core/activations.js';
import { pictureSize, toMatrices } from '../data/pictureSet.js';
import { checkNetwork } from '../oracle/check.js';
import { type CheckOptions, checkGradients } from '../oracle/checkGradients.js';
import { reportHtml } from '../oracle/report/html.js';
import { reportJson } from '../oracle/report/json.js';
import { reportText } from '../oracle/report/text.js';
import type { GradientReport } from '../oracle/report.js';
import { type BackendName, backends, useBackend } from '../runtime/backends.js';
import { DeepNeuralNetwork } from '../training/deepNeuralNetwork.js';
import { chooseData } from './chooseData.js';
import { loadSubject } from './loadSubject.js';
import { demandInputs, demandPassed, startingModel } from './network.js';
import * as options from './options.js';
import { guarded, interruptible, print, printJson, say } from './terminal.js';
import { writeWhole } from './writeWhole.js';

interface CheckCommandOptions {
  model?: string;
  layers: number[];
  activation: Activation;
  seed: number;
  data?: string;
  backend: BackendName | 'auto';
  relative?: number;
  samples?: number;
  html?: string;
  json?: boolean;
}

export const check = new Command('check')
  .summary('prove a hand-written backward pass right, or say what is wrong')
  .description(
    'With FILE: checks the backward pass in it, in double precision, against automatic differentiation ' +
      'and central differences, and says which element is wrong, how far off, and probably why. FILE is ' +
      'a module (.js, .mjs, .ts) that exports forward(tf, params, X, Y), backward(tf, params, X, Y, cache) ' +
      'and either params, X and Y or their shapes. ' +
      "Without FILE: checks handgrad's own network, or a model's, on the training pictures in the same way. " +
      'With --backend: in float32 on that backend, against automatic differentiation alone. ' +
      'Exit code 1 where a gradient is wrong.',
  )
  .addArgument(new Argument('[file]', 'a module with a forward and a backward pass'))
  .addOption(options.modelOption().conflicts('layers'))
  .addOption(options.layersOption())
  .addOption(options.activationOption())
  .addOption(options.seedOption())
  .addOption(options.dataOption())
  .addOption(options.backendOption())
  .addOption(
    new Option('--relative <error>', 'the largest relative error that passes').argParser(
      options.numberAbove(0),
    ),
  )
  .addOption(
    new Option('--samples <n>', 'elements of each parameter held against differences').argParser(
      options.wholeNumber(1),
    ),
  )
  .addOption(new Option('--html <path>', 'write the report as a page, with heat maps'))
  .addOption(options.jsonOption())
  .action((file: string | undefined, options: CheckCommandOptions) =>
    interruptible((signal) => run(file, options, signal)),
  );

async function run(file: string | undefined, options: CheckCommandOptions, signal: AbortSignal) {
  const report =
    file === undefined ? await checkOwn(options, signal) : await checkFile(file, options);
  if (options.json) printJson(reportJson(report));
  else print(reportText(report));
  if (options.html) {
    const title = file === undefined ? 'handgrad' : basename(file);
    await writeWhole(options.html, reportHtml(report, { title }));
    say(`Report: ${options.html}`);
  }
  demandPassed(report);
}

/** In double precision, or in float32 on the backend that is asked for. */
const oracleOptions = ({
  backend,
  seed,
  relative,
  samples,
}: CheckCommandOptions): CheckOptions => ({
  seed,
  ...(relative !== undefined && { relative }),
  ...(samples !== undefined && { samples }),
  ...(backend !== 'auto' && { backend: backends[backend].tfjsName }),
});

/** Anyone's functions. */
async function checkFile(file: string, options: CheckCommandOptions): Promise<GradientReport> {
  const { backend } = options;
  if (backend !== 'auto') await useBackend(backend);
  return guarded(file, async () => checkGradients(await loadSubject(file), oracleOptions(options)));
}

/** handgrad's own backward pass, on the pictures that it trains on. */
async function checkOwn(
  options: CheckCommandOptions,
  signal: AbortSignal,
): Promise<GradientReport> {
  await useBackend(options.backend === 'auto' ? 'float64' : options.backend);
  const given = options.model && (await DeepNeuralNetwork.load(options.model));
  const data = await chooseData(options.data, signal);
  const nX = pictureSize(data.train);
  if (given) demandInputs(given, nX, options.model as string);
  const model = given || startingModel(nX, options.layers, options.activation, options.seed);
  const { X, Y } = toMatrices(data.train);
  try {
    return await checkNetwork(model.network, model.parameters, X, Y, oracleOptions(options));
  } finally {
    model.dispose();
    tf.dispose([X, Y]);
  }
}
