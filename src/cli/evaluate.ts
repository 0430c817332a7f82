import { DataError } from '../core/errors.js';
import { disposeReplaced } from '../core/tensors.js';
import { readAsTrained } from '../data/asTrained.js';
import { asOwnData } from '../data/dataset.js';
import { loadModel } from '../export/modelFolder.js';
import { largestResiduals, worstMistakes } from '../metrics/mistakes.js';
import { evaluationPage } from '../report/training/evaluationPage.js';
import { type JudgedPart, ofClasses, ofNumbers } from '../report/training/judged.js';
import { useBackend } from '../runtime/backends.js';
import { chooseData } from './chooseData.js';
import type { EvaluateOptions } from './commands/evaluate.js';
import { evaluationText } from './evaluate/text.js';
import { findModel } from './findModel.js';
import { scalingOf, trainedAs } from './modelForm.js';
import { assertReportFile, writeReport } from './reportFile.js';
import { inThisCommand, print, printJson, say, warn, widthOf } from './terminal.js';
import { readOptions } from './train/data.js';
import { judgedOf } from './train/feed.js';
import { judgePart, metricsJson } from './train/scores.js';

/** `handgrad evaluate`. */
export async function run(options: EvaluateOptions, signal: AbortSignal): Promise<void> {
  if (options.report !== undefined) await assertReportFile(options.report);
  await useBackend(options.backend);
  const { network, params, card } = await loadModel(findModel(options.model));
  const trained = trainedAs(network, card, options.model);
  const read =
    options.data === undefined
      ? await courseTest(signal)
      : await readAsTrained(options.data, trained, { ...readOptions(options), signal });
  const { set, part, name, notes } = read;
  if (set.targets.kind !== trained.targets.kind) {
    throw new DataError(`The model in ${options.model} was trained on other data. Give --data.`);
  }
  say(`Data: ${name}, ${set.m} samples${part === 'test' ? ' of its test part' : ''}`);
  for (const note of notes) say(`      ${inThisCommand(note)}`);
  const scaling = scalingOf(card!);
  const flat = network.input.length === 1;
  const samples = judgedOf(set, { scaling, flat });
  const judged = await judgePart('test', set, samples, { network, params });
  samples.dispose?.();
  disposeReplaced(params, {});

  const warnings = warningsAbout(judged);
  for (const warning of warnings) warn(warning);
  if (options.json) printJson({ ...evaluationJson(judged, options), warnings });
  else print(evaluationText(judged, { width: widthOf(process.stdout), most: options.worst }));
  if (options.report === undefined) return;
  const page = await evaluationPage({
    title: `${card?.name ?? options.model}, tested on ${name}`,
    ...{ warnings, part: judged },
    facts: [['model', options.model]],
    data: { name, format: 'test data', input: trained.input, files: [], notes },
  });
  await writeReport(options.report, page);
  say(`Report: ${options.report}`);
}

async function courseTest(signal: AbortSignal) {
  const { test, train, name } = asOwnData(await chooseData(undefined, signal));
  return { set: test ?? train, part: 'test', name, notes: [] as readonly string[] };
}

function warningsAbout(part: JudgedPart): string[] {
  if (!ofClasses(part)) return [];
  const { neverPredicted } = part.judgement.metrics;
  return neverPredicted.length === 0
    ? []
    : [`The network never answers ${neverPredicted.join(', ')}.`];
}

/** For --json. */
function evaluationJson(part: JudgedPart, { worst }: EvaluateOptions): object {
  const metrics = { test: metricsJson(part) };
  const { set } = part;
  if (ofClasses(part)) {
    const { answers } = part.judgement;
    const { classes } = answers;
    const mistakes = worstMistakes({ ...answers, most: worst }).map(
      ({ index, label, answer, probability }) => ({
        sample: set.origin(index),
        ...{ label: classes[label], answer: classes[answer], probability },
      }),
    );
    const { calibration } = part.judgement.metrics;
    return { task: 'classification', classes, m: set.m, metrics, calibration, mistakes };
  }
  const { answers } = (ofNumbers(part) ? part : undefined)!.judgement;
  const residuals = largestResiduals({ ...answers, most: worst }).map(({ index, ...rest }) => ({
    sample: set.origin(index),
    ...rest,
  }));
  return { task: 'regression', targets: answers.names, m: set.m, metrics, residuals };
}
