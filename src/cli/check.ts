import { basename } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { pictureSize, toMatrices } from '../data/pictureSet.js';
import { checkNetwork } from '../oracle/check.js';
import { checkGradients, type CheckOptions as OracleOptions } from '../oracle/checkGradients.js';
import { reportHtml } from '../oracle/report/html.js';
import { reportJson } from '../oracle/report/json.js';
import { reportText } from '../oracle/report/text.js';
import type { GradientReport } from '../oracle/report.js';
import { backends, useBackend } from '../runtime/backends.js';
import { DeepNeuralNetwork } from '../training/deepNeuralNetwork.js';
import { chooseData } from './chooseData.js';
import type { CheckOptions } from './commands/check.js';
import { interruptible } from './ending.js';
import { loadSubject } from './loadSubject.js';
import { activationOf, assertInputs, assertPassed, startingModel } from './network.js';
import { writeReport } from './reportFile.js';
import { withVerdicts } from './style.js';
import { guarded, print, printJson, say } from './terminal.js';

/** `handgrad check`. */
export async function run(file: string | undefined, options: CheckOptions) {
  const report =
    file === undefined
      ? await interruptible((signal) => checkOwn(options, signal))
      : await checkFile(file, options);
  if (options.json) printJson(reportJson(report));
  else print(withVerdicts(reportText(report)));
  if (options.html) {
    const title = file === undefined ? 'handgrad' : basename(file);
    await writeReport(options.html, reportHtml(report, { title }));
    say(`Report: ${options.html}`);
  }
  assertPassed(report);
}

/** In double precision, or in float32 on the backend that is asked for. */
const oracleOptions = ({ backend, seed, relative, samples }: CheckOptions): OracleOptions => ({
  seed,
  ...(relative !== undefined && { relative }),
  ...(samples !== undefined && { samples }),
  ...(backend !== 'auto' && { backend: backends[backend].tfjsName }),
});

/** Anyone's functions. */
async function checkFile(file: string, options: CheckOptions): Promise<GradientReport> {
  const { backend } = options;
  if (backend !== 'auto') await useBackend(backend);
  return guarded(file, async () => checkGradients(await loadSubject(file), oracleOptions(options)));
}

/** handgrad's own backward pass, on the pictures that it trains on. */
async function checkOwn(options: CheckOptions, signal: AbortSignal): Promise<GradientReport> {
  await useBackend(options.backend);
  const given = options.model && (await DeepNeuralNetwork.load(options.model));
  const data = await chooseData(options.data, signal);
  const nX = pictureSize(data.train);
  if (given) assertInputs(given, nX, options.model as string);
  const model =
    given || startingModel(nX, options.layers, activationOf(options.activation), options.seed);
  const { X, Y } = toMatrices(data.train);
  try {
    return await checkNetwork(model.network, model.parameters, X, Y, oracleOptions(options));
  } finally {
    model.dispose();
    tf.dispose([X, Y]);
  }
}
