import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from '../../core/errors.js';
import { RandomState } from '../../core/random.js';
import type { TensorOptions } from '../../data/prepare.js';
import * as report from '../../report/blocks.js';
import { lineChart, shortNumber } from '../../report/charts.js';
import { page } from '../../report/page.js';
import type { DeepNeuralNetwork } from '../../training/deepNeuralNetwork.js';
import { findLearningRate, type LearningRates } from '../../training/findLearningRate.js';
import type { TrainOptions } from '../commands/train.js';
import { assertReportFile, writeReport } from '../reportFile.js';
import { commandName, print, printJson, say, table, warn } from '../terminal.js';
import type { TrainData } from './data.js';
import { spread } from './feed.js';
import { optimizerFor, type Settings } from './settings.js';

/** What a run has before its first step. */
interface Prepared {
  readonly data: TrainData;
  readonly settings: Settings;
  readonly tensors: TensorOptions;
  readonly model: DeepNeuralNetwork;
}

const steps = 100;
const columns = ['learning rate', 'cost', 'averaged'] as const;

/** `handgrad train --find-learning-rate`: tries rates from small to large, and suggests one. */
export async function findRate(
  options: TrainOptions,
  prepare: () => Promise<Prepared>,
  signal: AbortSignal,
): Promise<void> {
  refuseOthers(options);
  const file = options.report ?? 'report/learning-rate.html';
  await assertReportFile(file);
  const prepared = await prepare();
  const found = await tried(prepared, options, signal);
  prepared.model.dispose();
  const rate = Number(found.suggestion.toPrecision(2));
  if (!options.json) print(table([columns, ...rowsOf(found)]));
  if (!found.hasRisen) {
    warn(
      `The cost still falls at a learning rate of ${shortNumber(found.rates.at(-1)!)}: a larger one than ${rate} may do.`,
    );
  }
  await writeReport(file, await ratePage(found, rate, prepared));
  say(`Learning rate: ${rate}, a tenth of the one with the least cost`);
  say(`Train: ${commandName} ${commandWith(rate)}`);
  say(`Report: ${file}`);
  if (options.json) printJson({ learningRate: rate, ...found, report: file });
}

/** @throws ValueError for what says itself how large a step is. */
function refuseOthers({ resume, schedule, learningRate }: TrainOptions): void {
  if (resume !== undefined) {
    throw new ValueError(
      '--resume goes on with a run at its own learning rate. Leave out --find-learning-rate.',
    );
  }
  if (learningRate !== undefined) {
    throw new ValueError('--find-learning-rate tries rates of its own. Leave out --learning-rate.');
  }
  if (schedule !== undefined) {
    throw new ValueError(
      `--find-learning-rate tries rates of its own, one a step. Leave out --schedule; give it beside the rate that is found: --learning-rate … --schedule ${schedule}.`,
    );
  }
}

async function tried(
  { data, settings, tensors, model }: Prepared,
  options: TrainOptions,
  signal: AbortSignal,
): Promise<LearningRates> {
  const { train, isCourse } = data;
  const batchSize = settings.length.batchSize ?? train.m;
  // Enough for every step, however many samples there are.
  const { X, Y } = spread(train, tensors, steps * batchSize);
  const optimizer = options.optimizer ?? (isCourse ? 'gradientDescent' : 'adam');
  const random = new RandomState(options.seed);
  try {
    return await findLearningRate(
      model,
      (rate) => optimizerFor({ ...options, optimizer }, data, settings, model.network, rate),
      X,
      Y,
      { steps, batchSize, random, signal },
    );
  } finally {
    tf.dispose([X, Y]);
  }
}

/** A line for every fifth step. */
const rowsOf = ({ rates, costs, smoothed }: LearningRates): string[][] =>
  [...rates.keys()]
    .filter((i) => i % 5 === 0 || i === rates.length - 1)
    .map((i) => [rates[i].toExponential(2), costs[i].toFixed(6), smoothed[i].toFixed(6)]);

/** This command, with the rate in place of the search. */
function commandWith(rate: number): string {
  const args = process.argv.slice(2);
  const kept = args.filter(
    (arg, i) =>
      !['--find-learning-rate', '--json', '--report'].includes(arg) &&
      args[i - 1] !== '--report' &&
      !arg.startsWith('--report='),
  );
  const quoted = kept.map((arg) => (/^[\w./:=,@+-]+$/.test(arg) ? arg : `'${arg}'`));
  return [...quoted, '--learning-rate', rate].join(' ');
}

async function ratePage(found: LearningRates, rate: number, { data }: Prepared): Promise<string> {
  const { rates, costs, smoothed } = found;
  const pairs = (values: readonly number[]) => values.map((y, i) => [rates[i], y] as const);
  const all = [...costs, ...smoothed];
  const least = Math.min(...all);
  const chart = await lineChart({
    title: 'Cost by learning rate, which grows from step to step',
    alt: `The cost of each batch at the learning rate of its step. The average is least, ${shortNumber(Math.min(...smoothed))}, at ${shortNumber(10 * found.suggestion)}.`,
    x: { title: 'learning rate α', log: true },
    y: { title: 'cost J', log: least > 0 && Math.max(...all) > 30 * least },
    series: [
      { name: 'of the batch', points: pairs(costs) },
      { name: 'averaged', points: pairs(smoothed) },
    ],
    mark: { x: rate, text: `α = ${rate}` },
  });
  return page({
    title: `A learning rate for ${data.name}`,
    intro: [
      report.paragraph(
        'One batch a step, at a learning rate that grows. The cost falls, is least, and runs away. What is suggested is a tenth of the rate where the average is least: safely on the falling side.',
      ),
      report.card({
        title: 'Suggestion',
        entries: [
          ['learning rate', String(rate)],
          ['data', data.name],
          [
            'steps',
            `${rates.length}, from ${shortNumber(rates[0])} to ${shortNumber(rates.at(-1)!)}`,
          ],
        ],
      }),
    ],
    sections: [
      {
        id: 'rates',
        title: 'Rates and costs',
        blocks: [
          report.figure(chart),
          report.table({
            caption: 'Every fifth step',
            columns,
            rows: rowsOf(found),
            numeric: [true, true, true],
          }),
        ],
      },
    ],
  });
}
