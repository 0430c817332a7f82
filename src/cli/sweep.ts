import * as tf from '@tensorflow/tfjs-core';
import { AbortError } from '../core/errors.js';
import {
  bestFirst,
  costText,
  sweepColumns,
  sweepFigures,
  sweepRow,
} from '../course/sweepFigures.js';
import { toMatrices } from '../data/pictureSet.js';
import * as planar from '../data/planar.js';
import * as report from '../report/blocks.js';
import { page } from '../report/page.js';
import { assertInstalled, useBackend } from '../runtime/backends.js';
import { fittingBackend } from '../training/fittingBackend.js';
import {
  candidateGrid,
  type Samples,
  type SweepResult,
  sweep as train,
} from '../training/sweep.js';
import { chooseData } from './chooseData.js';
import type { SetName, SweepOptions } from './commands/sweep.js';
import { activationOf } from './network.js';
import { progressBar } from './progress.js';
import { assertReportFile, stoppedName, writeReport } from './reportFile.js';
import { print, printJson, say, table } from './terminal.js';

/** Points of the plane to train on, and others of the same kind to test on. */
type Draw = () => { train: planar.PlanarSet; test: planar.PlanarSet };

const twice =
  (set: (options: planar.PlanarOptions) => planar.PlanarSet): Draw =>
  () => ({ train: set({ seed: 1 }), test: set({ seed: 2 }) });

export const sets: Readonly<Record<SetName, Draw>> = {
  flower: twice(planar.flower),
  noisyCircles: twice(planar.noisyCircles),
  noisyMoons: twice(planar.noisyMoons),
  // Another seed would move the clouds themselves.
  blobs: () => halves(planar.blobs({ m: 400 })),
  gaussianQuantiles: twice(planar.gaussianQuantiles),
  xor: twice(planar.xor),
};

/** `handgrad sweep`. */
export async function run(options: SweepOptions, signal: AbortSignal): Promise<void> {
  await assertReportFile(options.html);
  assertInstalled(options.backend);
  const { name, nX, m, matrices } = await choose(options, signal);
  const { learningRates, depths, widths } = options;
  const largest = new Array<number>(Math.max(...depths)).fill(Math.max(...widths));
  const work = { layers: [nX, ...largest, 1], m };
  const backend = await useBackend(options.backend, fittingBackend(work));
  const { train, test } = matrices();
  const candidates = candidateGrid({
    ...{ learningRates, depths, widths },
    activations: options.activation.map(activationOf),
  });
  say(`Sweep: ${candidates.length} candidates on ${name}, on ${backend.description}`);

  const { results, stopped } = await collect(candidates, { train, test }, options, signal);
  tf.dispose([{ ...train }, { ...test }]);
  const done = `${results.length} of ${candidates.length} candidates`;
  if (stopped) say(`Stopped: ${done} are done, and kept.`);

  const ranked = bestFirst(results);
  const { iterations, seed } = options;
  const file = stopped ? stoppedName(options.html) : options.html;
  if (ranked.length > 0) {
    if (!options.json) print(table([sweepColumns, ...ranked.map(sweepRow)]));
    const about: [string, string][] = [
      ['data', name],
      ['candidates', stopped ? `${done}: stopped` : String(candidates.length)],
      ['iterations', `${iterations} each`],
      ['seed', String(seed)],
      ['backend', backend.description],
    ];
    await writeReport(file, await sweepPage(ranked, about));
    say(`Report: ${file}`);
  }
  if (options.json) {
    const report = ranked.length > 0 ? file : undefined;
    const results = ranked.map(asJson);
    printJson({ backend: backend.name, data: name, iterations, seed, results, report });
  }
  if (stopped) throw stopped;
}

/** The samples, and what they are. */
async function choose({ data, set }: SweepOptions, signal: AbortSignal) {
  if (data !== undefined) {
    const { name, train, test } = await chooseData(data, signal);
    const { height, width, channels, m } = train;
    const matrices = () => ({ train: toMatrices(train), test: toMatrices(test) });
    return { name, nX: height * width * channels, m, matrices };
  }
  const { train, test } = sets[set]();
  say(`Data: ${train.name}, ${train.m} points to train and ${test.m} others to test`);
  const { planarMatrices } = planar;
  const matrices = () => ({ train: planarMatrices(train), test: planarMatrices(test) });
  return { name: train.name, nX: 2, m: train.m, matrices };
}

/** The results as far as they come; a Ctrl-C ends it early. */
async function collect(
  candidates: ReturnType<typeof candidateGrid>,
  { train: known, test }: { train: Samples; test: Samples },
  { iterations, seed }: SweepOptions,
  signal: AbortSignal,
): Promise<{ results: SweepResult[]; stopped?: AbortError }> {
  const results: SweepResult[] = [];
  const bar = await progressBar(candidates.length);
  const figures = () => {
    const best = Math.max(0, ...results.map(({ testAccuracy }) => testAccuracy || 0));
    return [
      ...(results.length === 0 ? [] : [`best ${best.toFixed(2)} %`]),
      `${results.length} of ${candidates.length}`,
    ];
  };
  const onProgress = (share: number) => bar.update(share * candidates.length, figures());
  try {
    const options = { iterations, seed, signal, onProgress };
    for await (const result of train(candidates, known, test, options)) {
      results.push(result);
      bar.say(said(result));
      bar.update(results.length, figures());
    }
    return { results };
  } catch (error) {
    if (!(error instanceof AbortError)) throw error;
    return { results, stopped: error };
  } finally {
    bar.stop();
  }
}

/** A result as it comes. */
function said({ candidate, cost, testAccuracy, diverged }: SweepResult): string {
  const { learningRate, depth, width, activation } = candidate;
  const found =
    diverged === undefined
      ? `cost ${costText(cost)}, ${testAccuracy.toFixed(2)} % on the test set`
      : `diverged at iteration ${diverged}`;
  return `Learning rate ${learningRate}, ${depth} × ${width} ${activation.name}: ${found}`;
}

/** NaN, which JSON does not have, becomes null: where a run diverged there is no number. */
const asJson = ({ candidate, costs, ...result }: SweepResult) => ({
  ...candidate,
  activation: candidate.activation.name,
  ...result,
});

async function sweepPage(
  ranked: readonly SweepResult[],
  about: readonly (readonly [string, string])[],
): Promise<string> {
  return page({
    title: 'Learning rates and network sizes, tried',
    intro: [
      report.paragraph(
        'Each candidate starts from the same seed and is trained on the same samples. What counts is its accuracy on the test set, which it has not seen; the best of many is a little lucky, so that new samples may be harder for it.',
      ),
      report.card({ title: 'This sweep', entries: about }),
    ],
    sections: [{ id: 'results', title: 'Results', blocks: await sweepFigures(ranked) }],
  });
}

/** The first points and the others. */
function halves(set: planar.PlanarSet): ReturnType<Draw> {
  const half = Math.floor(set.m / 2);
  const part = (from: number, to: number): planar.PlanarSet => ({
    ...set,
    X: Float64Array.from([
      ...set.X.subarray(from, to),
      ...set.X.subarray(set.m + from, set.m + to),
    ]), // (2, to - from)
    labels: set.labels.slice(from, to),
    m: to - from,
  });
  return { train: part(0, half), test: part(half, set.m) };
}
